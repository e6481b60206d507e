import type { Knex } from 'knex';
import type { DeploymentRow } from '../../tables/deployments';

/** Gives claims back, so that another replica need not wait for the leases to expire. */
export async function releaseDeploymentLeases(
  db: Knex | Knex.Transaction,
  tickets: string[],
): Promise<void> {
  await db<DeploymentRow>('deployments')
    .whereIn('ticket', tickets)
    .update({ ticket: null, lease_expires_at: null });
}
