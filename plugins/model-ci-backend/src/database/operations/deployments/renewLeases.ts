import type { Knex } from 'knex';
import type { DeploymentRow } from '../../tables/deployments';

/** Prolongs the leases behind these tickets and answers the tickets that are still good. */
export async function renewDeploymentLeases(
  db: Knex | Knex.Transaction,
  options: { tickets: string[]; leaseExpiresAt: string },
): Promise<Set<string>> {
  const rows = await db<DeploymentRow>('deployments')
    .whereIn('ticket', options.tickets)
    .update({ lease_expires_at: options.leaseExpiresAt })
    .returning('ticket');
  return new Set(
    rows.flatMap(row => (row.ticket === null ? [] : [row.ticket])),
  );
}
