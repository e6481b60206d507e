import type { Knex } from 'knex';
import type { Status } from '@model-ci/backstage-plugin-model-ci-common';
import { RUN_STATE_COLUMNS, type RunStateRow } from '../../tables/runs';

/** What a list shows of a run. */
export type RunListRow = RunStateRow & { version: number | null };

export interface ListRunsArgs {
  pipelineRefs?: string[];
  ownerRefs?: string[];
  statuses?: Status[];
  branch?: string;
  trigger?: string;
  /** `created_at` and `id` of the last run of the page before. */
  after?: [createdAt: string, id: string];
  limit: number;
}

/** Runs with their versions, as a query to be narrowed. */
export function selectRuns(db: Knex | Knex.Transaction): Knex.QueryBuilder {
  return db('runs')
    .leftJoin('model_versions', 'model_versions.run_id', 'runs.id')
    .select(...RUN_STATE_COLUMNS, 'model_versions.version as version');
}

/** Runs, newest first. */
export async function listRuns(
  db: Knex | Knex.Transaction,
  args: ListRunsArgs,
): Promise<RunListRow[]> {
  const { pipelineRefs, ownerRefs, statuses, branch, trigger, after } = args;
  return await selectRuns(db)
    .modify(query => {
      if (pipelineRefs) {
        query.whereIn('runs.pipeline_ref', pipelineRefs);
      }
      if (ownerRefs) {
        query.whereIn(
          'runs.pipeline_ref',
          db('pipelines').select('ref').whereIn('owner_ref', ownerRefs),
        );
      }
      if (statuses) {
        query.whereIn('runs.status', statuses);
      }
      if (branch !== undefined) {
        query.where('runs.branch', branch);
      }
      if (trigger !== undefined) {
        query.where('runs.trigger', trigger);
      }
      if (after) {
        query.whereRaw('(runs.created_at, runs.id) < (?, ?)', after);
      }
    })
    .orderBy([
      { column: 'runs.created_at', order: 'desc' },
      { column: 'runs.id', order: 'desc' },
    ])
    .limit(args.limit);
}
