import type { Knex } from 'knex';
import type { Status } from '@model-ci/backstage-plugin-model-ci-common';
import type { RunRow } from '../../tables/runs';

/** What a list shows of a run; the large columns stay where they are. */
export type RunListRow = Omit<
  RunRow,
  'definition' | 'mistakes' | 'datasets'
> & { version: number | null };

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

const COLUMNS = [
  'id',
  'pipeline_ref',
  'number',
  'status',
  'trigger',
  'branch',
  'requested_ref',
  'commit',
  'commit_message',
  'source_url',
  'source_digest',
  'created_by',
  'idempotency_key',
  'reason',
  'created_at',
  'started_at',
  'finished_at',
  'cancel_requested_at',
  'cancel_requested_by',
  'ticket',
  'holder',
  'lease_expires_at',
  'prepare_failures',
  'prepare_after',
  'announced_at',
].map(column => `runs.${column}`);

/** Runs with their versions, as a query to be narrowed. */
export function selectRuns(db: Knex | Knex.Transaction): Knex.QueryBuilder {
  return db('runs')
    .leftJoin('model_versions', 'model_versions.run_id', 'runs.id')
    .select(...COLUMNS, 'model_versions.version as version');
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
