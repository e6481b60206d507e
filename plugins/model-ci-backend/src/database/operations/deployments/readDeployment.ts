import type { Knex } from 'knex';
import type { DeploymentRow } from '../../tables/deployments';

/** One deployment by its id. */
export async function readDeployment(
  db: Knex | Knex.Transaction,
  id: string,
): Promise<DeploymentRow | undefined> {
  return db<DeploymentRow>('deployments').where({ id }).first();
}
