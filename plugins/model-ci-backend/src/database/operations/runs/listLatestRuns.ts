import type { Knex } from 'knex';
import { selectRuns, type RunListRow } from './listRuns';

/** The run with the highest number of each pipeline. */
export async function listLatestRuns(
  db: Knex | Knex.Transaction,
  args: { pipelineRefs: string[] },
): Promise<RunListRow[]> {
  return await selectRuns(db)
    .whereIn('runs.pipeline_ref', args.pipelineRefs)
    .whereRaw(
      'runs.number = (select max(latest.number) from runs latest where latest.pipeline_ref = runs.pipeline_ref)',
    );
}
