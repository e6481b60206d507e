import type { Knex } from 'knex';
import type { RunStateRow } from '../../tables/runs';

export type RecentRunRow = Pick<
  RunStateRow,
  'id' | 'pipeline_ref' | 'number' | 'status'
>;

/** The last runs of each of some pipelines that `pipelines` knows, oldest first. */
export async function listRecentRuns(
  db: Knex | Knex.Transaction,
  { pipelineRefs, count }: { pipelineRefs: string[]; count: number },
): Promise<RecentRunRow[]> {
  const newest = db('pipelines')
    .whereIn('ref', pipelineRefs)
    .select(
      'ref',
      db('runs as latest')
        .max('latest.number')
        .whereRaw('latest.pipeline_ref = pipelines.ref')
        .as('number'),
    );
  // Begins at the pipelines, so that the unique index finds the last numbers at once, however many runs there are.
  return await db
    .from(newest.as('newest'))
    .join('runs', 'runs.pipeline_ref', 'newest.ref')
    .whereRaw('runs.number > newest.number - ?', [count])
    .orderBy([{ column: 'runs.pipeline_ref' }, { column: 'runs.number' }])
    .select('runs.id', 'runs.pipeline_ref', 'runs.number', 'runs.status');
}
