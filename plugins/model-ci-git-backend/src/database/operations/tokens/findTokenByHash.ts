import type { Connection } from '../../connection';
import type { TokenRow } from '../../tables';

/** The token with this hash, unless it has expired. */
export async function findTokenByHash(
  db: Connection,
  args: { hash: string; at: string },
): Promise<TokenRow | undefined> {
  return await db<TokenRow>('tokens')
    .where('hash', args.hash)
    .where('expires_at', '>', args.at)
    .first();
}
