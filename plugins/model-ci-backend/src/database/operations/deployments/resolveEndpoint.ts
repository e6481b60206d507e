import type { Knex } from 'knex';
import type { DeploymentRow } from '../../tables/deployments';

export type EndpointTargetRow = Pick<
  DeploymentRow,
  | 'id'
  | 'version'
  | 'url'
  | 'executor'
  | 'handle'
  | 'health'
  | 'next_restart_at'
  | 'reason'
  | 'first_byte_ms'
  | 'silence_ms'
>;

/** The deployment that answers for a pipeline in an environment. */
export async function resolveEndpoint(
  db: Knex | Knex.Transaction,
  key: { pipelineRef: string; environment: string },
): Promise<EndpointTargetRow | undefined> {
  return db('endpoints')
    .join('deployments', 'deployments.id', 'endpoints.deployment_id')
    .where({
      'endpoints.pipeline_ref': key.pipelineRef,
      'endpoints.environment': key.environment,
    })
    .first<EndpointTargetRow | undefined>(
      'deployments.id',
      'deployments.version',
      'deployments.url',
      'deployments.executor',
      'deployments.handle',
      'deployments.health',
      'deployments.next_restart_at',
      'deployments.reason',
      'deployments.first_byte_ms',
      'deployments.silence_ms',
    );
}
