import type { Knex } from 'knex';
import { RUN_STATE_COLUMNS, type RunStateRow } from '../../tables/runs';
import type { PipelineFilter } from '../pipelines/narrowPipelines';
import { listRunIdsOfPipelines } from './listRunIdsOfPipelines';
import { narrowRuns, newestFirst, type RunFilter } from './narrowRuns';

/** What a list shows of a run. */
export type RunListRow = RunStateRow & { version: number | null };

export interface ListRunsArgs extends RunFilter, PipelineFilter {
  pipelineRefs?: string[];
  limit: number;
}

/** Runs with their versions, as a query to be narrowed. */
export function selectRuns(db: Knex | Knex.Transaction): Knex.QueryBuilder {
  return db('runs')
    .leftJoin('version_runs', 'version_runs.run_id', 'runs.id')
    .select(...RUN_STATE_COLUMNS, 'version_runs.version as version');
}

/** Runs, newest first. */
export async function listRuns(
  db: Knex | Knex.Transaction,
  args: ListRunsArgs,
): Promise<RunListRow[]> {
  const { pipelineRefs, ownerRefs, q, limit } = args;
  const query = selectRuns(db).modify(newestFirst).limit(limit);
  if (ownerRefs || q) {
    return await query.whereIn(
      'runs.id',
      await listRunIdsOfPipelines(db, args),
    );
  }
  if (pipelineRefs) {
    query.whereIn('runs.pipeline_ref', pipelineRefs);
  }
  return await query.modify(narrowRuns, args);
}
