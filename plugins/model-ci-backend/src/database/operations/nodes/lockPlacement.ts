import type { Knex } from 'knex';
import { lockUntilCommit, tryLockUntilCommit } from '../../transact';

const PLACEMENT_LOCK = 'claim';

/**
 * Lets one transaction at a time place work on nodes, until it ends. Whoever gives a node to an attempt or to a
 * service takes it before reading what is reserved: the sum that comes after it holds everything placed so far,
 * so that no node is overbooked.
 */
export async function lockPlacement(tx: Knex.Transaction): Promise<void> {
  await lockUntilCommit(tx, PLACEMENT_LOCK);
}

/** As {@link lockPlacement}, but answers false instead of waiting while somebody else places. */
export async function tryLockPlacement(tx: Knex.Transaction): Promise<boolean> {
  return await tryLockUntilCommit(tx, PLACEMENT_LOCK);
}
