import type { Knex } from 'knex';
import type { PullRequestRow } from '../../tables';

/** Writes down where the target of open requests stands now. Nobody needs to hear of it. */
export async function moveTarget(
  db: Knex,
  args: { repository: string; numbers: number[]; from: string; to: string },
): Promise<void> {
  const { from, numbers, repository, to } = args;
  if (numbers.length > 0) {
    await db<PullRequestRow>('pull_requests')
      .where({ repository, state: 'open', target_head: from })
      .whereIn('number', numbers)
      .update({ target_head: to });
  }
}
