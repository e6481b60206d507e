import type { Knex } from 'knex';
import { selectRuns, type RunListRow } from './listRuns';

/** Some runs, in no order. */
export async function listRunsById(
  db: Knex | Knex.Transaction,
  args: { runIds: string[] },
): Promise<RunListRow[]> {
  return await selectRuns(db).whereIn('runs.id', args.runIds);
}
