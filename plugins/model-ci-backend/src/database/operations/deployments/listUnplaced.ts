import type { Knex } from 'knex';
import type { DeploymentRow } from '../../tables/deployments';

/** Deployments that wait for a node, oldest first. */
export async function listUnplaced(
  db: Knex | Knex.Transaction,
  args: { limit: number },
): Promise<DeploymentRow[]> {
  return await db<DeploymentRow>('deployments')
    .where({ status: 'queued' })
    .orderBy(['created_at', 'id'])
    .limit(args.limit);
}
