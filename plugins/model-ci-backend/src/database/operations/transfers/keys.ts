import type { Knex } from 'knex';
import type { TransferKeyRow } from '../../tables/transfers';

/** Publishes a key for the other replicas, and removes those that nothing valid is signed with any more. */
export async function insertTransferKey(
  db: Knex,
  args: { key: TransferKeyRow; at: string },
): Promise<void> {
  await db<TransferKeyRow>('transfer_keys')
    .where('expires_at', '<', args.at)
    .delete();
  await db<TransferKeyRow>('transfer_keys').insert(args.key);
}

/** The public key of an id, a JWK as JSON. */
export async function findTransferKey(
  db: Knex,
  id: string,
): Promise<string | undefined> {
  const row = await db<TransferKeyRow>('transfer_keys')
    .where({ id })
    .first('public_key');
  return row?.public_key;
}
