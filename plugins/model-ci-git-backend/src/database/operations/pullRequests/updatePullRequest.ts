import type { Knex } from 'knex';
import type { PullRequestRow } from '../../tables';
import { insertEvents } from '../pushes/insertEvents';
import type { RequestEvent } from '../pushes/events';
import { demandRoom } from './insertPullRequest';
import { toEvent } from './toEvent';

export interface PullRequestChange {
  /** What its row says from now on. */
  set: Partial<
    Pick<PullRequestRow, 'state' | 'head' | 'target_head' | 'merge_commit'>
  >;
  event: RequestEvent['request']['event'];
  by: string;
  skip?: 'option';
}

/**
 * Changes a request that is still as the caller saw it, and writes down its event: of two that saw the same, one changes
 * it. Undefined for the other.
 */
export async function updatePullRequest(
  db: Knex,
  args: { seen: PullRequestRow; change: PullRequestChange; at: string },
): Promise<PullRequestRow | undefined> {
  const { seen, at } = args;
  const { by, event, set, skip } = args.change;
  const isEnd = set.state === 'closed' || set.state === 'merged';
  return await db.transaction(async tx => {
    if (set.state === 'open') {
      await demandRoom(tx, seen);
    }
    const [row] = await tx<PullRequestRow>('pull_requests')
      .where({
        repository: seen.repository,
        number: seen.number,
        state: seen.state,
        head: seen.head,
        target_head: seen.target_head,
      })
      .update({
        ...set,
        updated_at: at,
        ...(set.state && {
          closed_by: isEnd ? by : null,
          closed_at: isEnd ? at : null,
        }),
      })
      .returning('*');
    if (row) {
      const events = [toEvent(row, { event, by, at, skip })];
      await insertEvents(tx, { repository: row.repository, events, at });
    }
    return row;
  });
}
