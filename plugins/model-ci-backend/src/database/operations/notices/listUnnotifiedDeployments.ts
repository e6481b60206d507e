import type { Knex } from 'knex';
import type { DeploymentRow } from '../../tables/deployments';

/** Deployments that wait for a node, whose requester is a user and was not notified of it yet; oldest first. */
export async function listUnnotifiedDeployments(
  db: Knex | Knex.Transaction,
  args: { limit: number },
): Promise<DeploymentRow[]> {
  return await db<DeploymentRow>('deployments')
    .where({ status: 'queued' })
    .where('created_by', 'like', 'user:%')
    .whereNotExists(
      db('placement_notices')
        .whereRaw('placement_notices.deployment_id = deployments.id')
        .select(db.raw('1')),
    )
    .orderBy(['created_at', 'id'])
    .limit(args.limit);
}
