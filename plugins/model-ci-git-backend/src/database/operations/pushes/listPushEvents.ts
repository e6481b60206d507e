import type { Connection } from '../../connection';
import type { PushEventRow } from '../../tables';
import { type BranchMove, branchMoveSchema } from './recordMoves';

export interface PendingPush {
  id: string;
  move: BranchMove;
}

/** Events of a repository that are still to be published, in order. */
export async function listPushEvents(
  db: Connection,
  args: { repository: string; limit: number },
): Promise<PendingPush[]> {
  const rows = await db<PushEventRow>('push_events')
    .where('repository', args.repository)
    .orderBy('position')
    .limit(args.limit);
  return rows.map(row => ({
    id: row.id,
    move: branchMoveSchema.parse(JSON.parse(row.move)),
  }));
}
