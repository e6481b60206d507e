import type { Knex } from 'knex';
import { lockUntilCommit } from '../../transact';

/**
 * Lets one transaction at a time ask for evictions or take them back, until it ends: none is asked for by whoever read a
 * drain that was taken back meanwhile.
 */
export async function lockEvictions(tx: Knex.Transaction): Promise<void> {
  await lockUntilCommit(tx, 'evictions');
}
