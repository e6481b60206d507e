import type { Knex } from 'knex';
import type { AttemptRow, RunRow } from '../../tables/runs';

/** The replicas that hold a claim. */
export async function listHolders(
  db: Knex | Knex.Transaction,
): Promise<string[]> {
  const attempts: Array<{ holder: string }> = await db<AttemptRow>('attempts')
    .where({ status: 'running' })
    .whereNotNull('holder')
    .distinct('holder');
  const runs: Array<{ holder: string }> = await db<RunRow>('runs')
    .where({ status: 'queued' })
    .whereNotNull('holder')
    .distinct('holder');
  return [...new Set([...attempts, ...runs].map(row => row.holder))];
}
