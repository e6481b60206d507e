import type { Knex } from 'knex';
import { selectRuns, type RunListRow } from './listRuns';

/** Runs that succeeded before a time and were not announced. */
export async function listUnannouncedRuns(
  db: Knex | Knex.Transaction,
  args: { before: string; limit: number },
): Promise<RunListRow[]> {
  return await selectRuns(db)
    .whereRaw(`runs.status = 'succeeded'`)
    .whereNull('runs.announced_at')
    .where('runs.finished_at', '<=', args.before)
    .orderBy('runs.finished_at')
    .limit(args.limit);
}
