import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { DeploymentRow } from '../../tables/deployments';
import { isPostgres, transact } from '../../transact';
import type { HeldDeployment } from './held';

/**
 * Claims deployments that nobody holds: new ones, and those whose holder let its lease expire. From then
 * on only writes that name the ticket are accepted, until the lease expires again.
 */
export async function claimDeployments(
  db: Knex,
  options: { now: string; leaseExpiresAt: string; limit: number },
): Promise<HeldDeployment[]> {
  return transact(db, async tx => {
    const query = tx<DeploymentRow>('deployments')
      .whereIn('status', ['queued', 'starting', 'serving'])
      .where(lease =>
        lease.whereNull('ticket').orWhere('lease_expires_at', '<', options.now),
      )
      .orderBy(['created_at', 'id'])
      .limit(options.limit)
      .select('id', 'ticket');
    if (isPostgres(tx)) {
      // Replicas that claim at once share the deployments instead of waiting for each other.
      query.forUpdate().skipLocked();
    }
    const free = await query;
    const held: HeldDeployment[] = [];
    for (const { id, ticket: before } of free) {
      const ticket = randomUUID();
      const changed = await tx<DeploymentRow>('deployments')
        .where({ id, ticket: before })
        .update({ ticket, lease_expires_at: options.leaseExpiresAt });
      if (changed === 1) {
        held.push({ id, ticket });
      }
    }
    return held;
  });
}
