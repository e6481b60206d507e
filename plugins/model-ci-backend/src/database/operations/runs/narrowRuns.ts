import type { Knex } from 'knex';
import type { Status } from '@model-ci/backstage-plugin-model-ci-common';

/** Which runs a list holds, whatever their pipelines are. */
export interface RunFilter {
  statuses?: Status[];
  branch?: string;
  trigger?: string;
  /** `created_at` and `id` of the last run of the page before. */
  after?: [createdAt: string, id: string];
}

export function narrowRuns(query: Knex.QueryBuilder, filter: RunFilter): void {
  const { statuses, branch, trigger, after } = filter;
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
}

export function newestFirst(query: Knex.QueryBuilder): void {
  query.orderBy([
    { column: 'runs.created_at', order: 'desc' },
    { column: 'runs.id', order: 'desc' },
  ]);
}
