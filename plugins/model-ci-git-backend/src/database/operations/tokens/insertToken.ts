import type { Connection } from '../../connection';
import type { TokenRow } from '../../tables';

/** Keeps the hash of a new token. */
export async function insertToken(
  db: Connection,
  row: TokenRow,
): Promise<void> {
  await db<TokenRow>('tokens').insert(row);
}
