import type { Knex } from 'knex';

export interface PullRequestState {
  repository: string;
  number: number;
  head: string;
  isOpen: boolean;
  updatedAt: string;
}

/** Notes where a request stands. False where it has moved on since: the announcement came late. */
export async function movePullRequest(
  db: Knex,
  state: PullRequestState,
): Promise<boolean> {
  const written: unknown[] = await db('pull_requests')
    .insert({
      repository: state.repository,
      number: state.number,
      head: state.head,
      is_open: state.isOpen,
      updated_at: state.updatedAt,
    })
    .onConflict(['repository', 'number'])
    .merge()
    .where('pull_requests.updated_at', '<=', state.updatedAt)
    .returning('number');
  return written.length > 0;
}
