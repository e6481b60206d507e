import type { Knex } from 'knex';
import type { DeploymentRow } from '../../tables/deployments';

export type DeployedRow = Pick<
  DeploymentRow,
  'id' | 'pipeline_ref' | 'environment' | 'version' | 'health'
>;

/** What serves where, for many pipelines in one query. */
export async function listDeployed(
  db: Knex | Knex.Transaction,
  pipelineRefs: string[],
): Promise<DeployedRow[]> {
  return db('endpoints')
    .join('deployments', 'deployments.id', 'endpoints.deployment_id')
    .whereIn('endpoints.pipeline_ref', pipelineRefs)
    .orderBy(['endpoints.pipeline_ref', 'endpoints.environment'])
    .select<DeployedRow[]>(
      'deployments.id',
      'deployments.pipeline_ref',
      'deployments.environment',
      'deployments.version',
      'deployments.health',
    );
}
