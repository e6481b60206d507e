import type { Knex } from 'knex';
import type { DeploymentRow } from '../../tables/deployments';
import { isPostgres, transact } from '../../transact';
import { takeLease, whereFree, type Lease } from '../leases';
import type { HeldDeployment } from './held';

/** Claims deployments that nobody holds: new ones, and those whose holder let its lease expire. */
export async function claimDeployments(
  db: Knex,
  args: Lease & { limit: number },
): Promise<HeldDeployment[]> {
  const { limit, ...lease } = args;
  return transact(db, async tx => {
    const free = await tx<DeploymentRow>('deployments')
      .modify(whereFree, 'deployments', lease)
      .orderBy(['created_at', 'id'])
      .limit(limit)
      .modify(query => {
        if (isPostgres(tx)) {
          // Replicas that claim at once share the deployments instead of waiting for each other.
          query.forUpdate().skipLocked();
        }
      })
      .select('id', 'ticket');
    const held: HeldDeployment[] = [];
    for (const row of free) {
      const taken = await takeLease(tx, {
        ...lease,
        table: 'deployments',
        row,
      });
      if (taken) {
        held.push({ id: taken.id, ticket: taken.ticket });
      }
    }
    return held;
  });
}
