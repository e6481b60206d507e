import type { Knex } from 'knex';
import type { Cordons } from '../../../planning/placement';
import type { NodeRow } from '../../tables/nodes';

/** The nodes on which nothing new is placed. Under the lock of the placement, none is added meanwhile. */
export async function listCordons(
  db: Knex | Knex.Transaction,
): Promise<Cordons> {
  const rows = await db<NodeRow>('nodes')
    .whereNotNull('cordoned_at')
    .select('name', 'cordon_reason');
  return new Map(rows.map(row => [row.name, row.cordon_reason ?? '']));
}
