import type { Knex } from 'knex';
import type { DeploymentRow } from '../../tables/deployments';

/**
 * Whether a version or a later one was put into an environment automatically before, whatever became of it. Runs may
 * be announced twice, and late.
 */
export async function hasAutomaticDeployment(
  db: Knex | Knex.Transaction,
  where: { pipelineRef: string; version: number; environment: string },
): Promise<boolean> {
  const row = await db<DeploymentRow>('deployments')
    .where({
      pipeline_ref: where.pipelineRef,
      environment: where.environment,
      trigger: 'automatic',
    })
    .where('version', '>=', where.version)
    .first('id');
  return row !== undefined;
}
