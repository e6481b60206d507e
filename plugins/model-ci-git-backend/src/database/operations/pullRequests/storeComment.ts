import type { Knex } from 'knex';
import type { PullRequestRow } from '../../tables';

/** Keeps what Model CI says about the runs of a request. False where there is no such request. */
export async function storeComment(
  db: Knex,
  args: { repository: string; number: number; body: string; at: string },
): Promise<boolean> {
  const { at, body, ...where } = args;
  const changed = await db<PullRequestRow>('pull_requests')
    .where(where)
    .update({ comment: body, comment_at: at });
  return changed > 0;
}
