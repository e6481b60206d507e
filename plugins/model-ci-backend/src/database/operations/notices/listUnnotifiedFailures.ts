import type { Knex } from 'knex';
import type { DeploymentRow } from '../../tables/deployments';
import type { RunRow } from '../../tables/runs';

type FailedRun = Pick<
  RunRow,
  'id' | 'number' | 'pipeline_ref' | 'status' | 'reason' | 'created_by'
> & { finished_at: string };
type FailedDeployment = Pick<
  DeploymentRow,
  'id' | 'pipeline_ref' | 'version' | 'environment' | 'reason' | 'created_by'
> & { finished_at: string };

export interface FailureQuery {
  /** Only this run or deployment. */
  id?: string;
  /** Later news of an end would surprise more than help. */
  since: string;
  limit: number;
}

/** Runs of users that ended badly, whose starters do not know it, the oldest first. */
export async function listUnnotifiedRuns(
  db: Knex | Knex.Transaction,
  query: FailureQuery,
): Promise<FailedRun[]> {
  return await db<FailedRun>('runs')
    .whereRaw(`runs.status in ('failed', 'errored')`)
    .modify(unnotified, 'runs', query)
    .select(
      'runs.id',
      'runs.number',
      'runs.pipeline_ref',
      'runs.status',
      'runs.reason',
      'runs.created_by',
      'runs.finished_at',
    );
}

/** As `listUnnotifiedRuns`, of deployments. */
export async function listUnnotifiedDeployments(
  db: Knex | Knex.Transaction,
  query: FailureQuery,
): Promise<FailedDeployment[]> {
  return await db<FailedDeployment>('deployments')
    .whereRaw(`deployments.status = 'failed'`)
    .modify(unnotified, 'deployments', query)
    .select(
      'deployments.id',
      'deployments.pipeline_ref',
      'deployments.version',
      'deployments.environment',
      'deployments.reason',
      'deployments.created_by',
      'deployments.finished_at',
    );
}

function unnotified(
  query: Knex.QueryBuilder,
  table: 'runs' | 'deployments',
  { id, since, limit }: FailureQuery,
): void {
  query
    .where(`${table}.finished_at`, '>=', since)
    .where(`${table}.created_by`, 'like', 'user:%')
    .whereNotExists(notices =>
      notices
        .from('failure_notices')
        .whereRaw(`failure_notices.subject_id = ${table}.id`)
        .whereRaw(`failure_notices.ended_at = ${table}.finished_at`),
    )
    .orderBy(`${table}.finished_at`)
    .limit(limit);
  if (id !== undefined) {
    query.where(`${table}.id`, id);
  }
}
