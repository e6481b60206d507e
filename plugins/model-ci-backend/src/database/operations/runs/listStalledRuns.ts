import type { Knex } from 'knex';
import type { RunRow } from '../../tables/runs';

/** Running runs of which nothing waits or runs: there should be none, and planning them again is harmless. */
export async function listStalledRuns(
  db: Knex | Knex.Transaction,
  args: { limit: number },
): Promise<string[]> {
  const runs = await db<RunRow>('runs')
    .where({ status: 'running' })
    // Another CI moves those that it reports.
    .whereNot({ trigger: 'external' })
    .whereNotExists(
      db('attempts')
        .select(db.raw('1'))
        .whereRaw('attempts.run_id = runs.id')
        .whereIn('attempts.status', ['queued', 'running']),
    )
    .orderBy(['created_at', 'id'])
    .limit(args.limit)
    .select('id');
  return runs.map(run => run.id);
}
