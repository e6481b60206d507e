import type { Knex } from 'knex';
import type { NodeRow } from '../../tables/nodes';

/** What is known of all nodes, by their names. */
export async function listNodeRows(
  db: Knex | Knex.Transaction,
): Promise<Map<string, NodeRow>> {
  const rows = await db<NodeRow>('nodes').orderBy('name').select('*');
  return new Map(rows.map(row => [row.name, row]));
}
