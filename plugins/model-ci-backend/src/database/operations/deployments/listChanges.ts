import type { Knex } from 'knex';
import type { DeploymentChangeRow } from '../../tables/deployments';

/** The latest changes of a deployment, oldest first. A service that crashes for weeks writes many. */
export async function listDeploymentChanges(
  db: Knex | Knex.Transaction,
  deploymentId: string,
  limit: number,
): Promise<DeploymentChangeRow[]> {
  const rows = await db<DeploymentChangeRow>('deployment_changes')
    .where({ deployment_id: deploymentId })
    .orderBy('id', 'desc')
    .limit(limit);
  return rows.reverse();
}
