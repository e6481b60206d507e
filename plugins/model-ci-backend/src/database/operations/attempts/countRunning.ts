import type { Knex } from 'knex';
import type { BigInteger } from '../../tables/runs';

/** How many attempts run on each node. */
export async function countRunning(
  db: Knex | Knex.Transaction,
): Promise<Map<string, number>> {
  const rows: Array<{ node: string; running: BigInteger }> = await db(
    'attempts',
  )
    .where({ status: 'running' })
    .groupBy('node')
    .select('node')
    .count({ running: '*' });
  return new Map(rows.map(row => [row.node, Number(row.running)]));
}
