import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { z } from 'zod';
import type { AnnouncedHeadRow, PushEventRow } from '../../tables';

/** One step of a branch that subscribers have to hear of. */
export const branchMoveSchema = z.object({
  branch: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
  pushedBy: z.string(),
});
export type BranchMove = z.infer<typeof branchMoveSchema>;

/** All steps of one branch since it was announced, oldest first; never empty. */
export interface BranchMoves {
  branch: string;
  announced: string | undefined;
  head: string | undefined;
  moves: BranchMove[];
}

/**
 * Notes where a branch stands now together with the events that are owed for it. The branch must still stand
 * where the caller saw it announced: of two replicas that saw the same move, one records it.
 */
export async function recordMoves(
  db: Knex,
  args: { repository: string; moved: BranchMoves; at: string },
): Promise<boolean> {
  const { repository, moved, at } = args;
  return await db.transaction(async tx => {
    if (!(await moveAnnouncedHead(tx, repository, moved))) {
      return false;
    }
    for (const move of moved.moves) {
      await tx<PushEventRow>('push_events').insert({
        id: randomUUID(),
        repository,
        move: JSON.stringify(move),
        created_at: at,
      });
    }
    return true;
  });
}

async function moveAnnouncedHead(
  tx: Knex.Transaction,
  repository: string,
  { branch, announced, head }: BranchMoves,
): Promise<boolean> {
  const heads = tx<AnnouncedHeadRow>('announced_heads');
  if (announced === undefined) {
    const inserted = await heads
      .insert({ repository, branch, commit: head })
      .onConflict(['repository', 'branch'])
      .ignore()
      .returning('branch');
    return inserted.length === 1;
  }
  const seen = heads.where({ repository, branch, commit: announced });
  const count =
    head === undefined
      ? await seen.delete()
      : await seen.update({ commit: head });
  return count === 1;
}
