import type { Knex } from 'knex';
import type { DeploymentRow } from '../../tables/deployments';

/** A deployment that serves from a node which is to be empty, or which counts as lost. */
export interface DeploymentToMove {
  row: DeploymentRow & { node: string };
  /** Who drained the node; absent where it is lost. */
  drainedBy?: string;
  /** How far another deployment is that is on its way to take over. */
  followedBy?: 'queued' | 'starting';
  /** Whether another deployment failed to since. */
  hasFailed: boolean;
}

type ToMoveRow = DeploymentRow & {
  node: string;
  drained_by: string | null;
  followed_by: 'queued' | 'starting' | null;
  has_failed: boolean | number;
};

/** What serves from nodes that are drained or lost. */
export async function listToMove(
  db: Knex | Knex.Transaction,
  args: {
    /** Nodes that were not seen since then are lost; where it is left out, none is. */
    seenBefore: string | undefined;
    /** Where to go on. */
    after?: Pick<DeploymentRow, 'created_at' | 'id'>;
    limit: number;
  },
): Promise<DeploymentToMove[]> {
  const others = () =>
    db('deployments as other')
      .whereRaw('other.pipeline_ref = deployments.pipeline_ref')
      .whereRaw('other.environment = deployments.environment');
  const rows = await db('deployments')
    .join('nodes', 'nodes.name', 'deployments.node')
    .where({ 'deployments.status': 'serving' })
    .andWhere(leaves =>
      leaves
        .whereNotNull('nodes.drained_at')
        .orWhere(lost =>
          lost
            .where({ 'nodes.scheduling': 'portal' })
            .where('nodes.seen_at', '<', args.seenBefore ?? ''),
        ),
    )
    .modify(query => {
      if (args.after) {
        query.whereRaw('(deployments.created_at, deployments.id) > (?, ?)', [
          args.after.created_at,
          args.after.id,
        ]);
      }
    })
    .orderBy(['deployments.created_at', 'deployments.id'])
    .limit(args.limit)
    .select<ToMoveRow[]>(
      'deployments.*',
      db.raw(
        'case when nodes.drained_at is null then null else nodes.cordoned_by end as drained_by',
      ),
      db.raw('? as followed_by', [
        others()
          .whereIn('other.status', ['queued', 'starting'])
          .select(db.raw('min(other.status)')),
      ]),
      db.raw('exists ? as has_failed', [
        others()
          .select(db.raw('1'))
          .where('other.status', 'failed')
          .whereRaw(
            'other.created_at > coalesce(nodes.drained_at, nodes.seen_at)',
          ),
      ]),
    );
  return rows.map(({ drained_by, followed_by, has_failed, ...row }) => ({
    row,
    ...(drained_by !== null && { drainedBy: drained_by }),
    ...(followed_by !== null && { followedBy: followed_by }),
    hasFailed: Boolean(has_failed),
  }));
}
