import type { Connection } from '../../connection';
import type { TokenRow } from '../../tables';

/** Notes that a token was used. */
export async function touchToken(
  db: Connection,
  args: { id: string; at: string },
): Promise<void> {
  await db<TokenRow>('tokens')
    .where('id', args.id)
    .update({ last_used_at: args.at });
}
