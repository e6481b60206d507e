import type { Connection } from '../../connection';
import type { TokenRow } from '../../tables';

/** Revokes a token of this user. False when the user has no such token. */
export async function deleteToken(
  db: Connection,
  args: { id: string; userRef: string },
): Promise<boolean> {
  const count = await db<TokenRow>('tokens')
    .where('id', args.id)
    .where('user_ref', args.userRef)
    .delete();
  return count === 1;
}
