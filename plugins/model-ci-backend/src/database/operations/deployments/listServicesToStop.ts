import type { Knex } from 'knex';
import type { DeploymentRow } from '../../tables/deployments';

/** Ended deployments that may still have a service in the executor, oldest end first. */
export async function listServicesToStop(
  db: Knex | Knex.Transaction,
  limit: number,
): Promise<DeploymentRow[]> {
  return db<DeploymentRow>('deployments')
    .whereIn('status', ['superseded', 'stopped', 'failed'])
    .whereNotNull('service_id')
    .whereNull('stop_handle_done_at')
    .orderBy(['finished_at', 'id'])
    .limit(limit);
}
