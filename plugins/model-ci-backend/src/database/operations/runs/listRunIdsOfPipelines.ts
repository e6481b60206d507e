import type { Knex } from 'knex';
import {
  narrowPipelines,
  type PipelineFilter,
} from '../pipelines/narrowPipelines';
import { narrowRuns, newestFirst, type RunFilter } from './narrowRuns';

export interface ListRunIdsOfPipelinesArgs extends RunFilter, PipelineFilter {
  pipelineRefs?: string[];
  /** At most 400: one term of a union for each pipeline, of which SQLite takes 500. */
  limit: number;
}

/**
 * The newest runs of the pipelines of some owners or names. One statement that walks back through all runs would go
 * far where these have not run for long. So the pipelines with the newest runs are found
 * first, one look in the index for each; the page can only hold runs of as many pipelines as it is long.
 */
export async function listRunIdsOfPipelines(
  db: Knex | Knex.Transaction,
  args: ListRunIdsOfPipelinesArgs,
): Promise<string[]> {
  const { limit } = args;
  const runs = () => db('runs').modify(narrowRuns, args).modify(newestFirst);
  const pipelineRefs = await listActivePipelines(db, args);
  const [first, ...others] = pipelineRefs.map(ref =>
    db
      .select('*')
      .from(
        runs()
          .where('runs.pipeline_ref', ref)
          .select('runs.id', 'runs.created_at')
          .limit(limit)
          .as('newest'),
      ),
  );
  if (!first) {
    return [];
  }
  return await db
    .from(first.unionAll(others).as('runs'))
    .modify(newestFirst)
    .limit(limit)
    .pluck('runs.id');
}

/** Those pipelines whose newest runs are the newest. */
async function listActivePipelines(
  db: Knex | Knex.Transaction,
  args: ListRunIdsOfPipelinesArgs,
): Promise<string[]> {
  const newest = (column: string) =>
    db('runs')
      .modify(narrowRuns, args)
      .modify(newestFirst)
      .whereRaw('runs.pipeline_ref = pipelines.ref')
      .select(`runs.${column}`)
      .limit(1);
  const owned = db('pipelines')
    .modify(narrowPipelines, args)
    .modify(query => {
      if (args.pipelineRefs) {
        query.whereIn('ref', args.pipelineRefs);
      }
    })
    .select(
      'ref',
      newest('created_at').as('created_at'),
      newest('id').as('id'),
    );
  return await db
    .from(owned.as('runs'))
    .whereNotNull('runs.id')
    .modify(newestFirst)
    .limit(args.limit)
    .pluck('runs.ref');
}
