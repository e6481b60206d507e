import type { Connection } from '../../connection';
import type { TokenRow } from '../../tables';

/** A user's tokens, the newest first. */
export async function listTokens(
  db: Connection,
  args: { userRef: string },
): Promise<TokenRow[]> {
  return await db<TokenRow>('tokens')
    .where('user_ref', args.userRef)
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ]);
}
