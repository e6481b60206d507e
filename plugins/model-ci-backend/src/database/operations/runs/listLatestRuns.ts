import type { Knex } from 'knex';
import { selectRuns, type RunListRow } from './listRuns';

/** The run with the highest number of each of some pipelines that `pipelines` knows. */
export async function listLatestRuns(
  db: Knex | Knex.Transaction,
  args: { pipelineRefs: string[] },
): Promise<RunListRow[]> {
  // Begins at the pipelines, so that the unique index finds each number at once, however many runs there are.
  return await selectRuns(db).whereIn(
    ['runs.pipeline_ref', 'runs.number'],
    db('pipelines')
      .whereIn('ref', args.pipelineRefs)
      .select(
        'ref',
        db('runs as latest')
          .max('latest.number')
          .whereRaw('latest.pipeline_ref = pipelines.ref')
          .as('number'),
      ),
  );
}
