import { ConflictError } from '@backstage/errors';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { withReason } from '@model-ci/backstage-plugin-model-ci-node';
import type { Knex } from 'knex';
import type { PullRequestRow, RepositoryRow } from '../../tables';
import { insertEvents } from '../pushes/insertEvents';
import { toEvent } from './toEvent';

/** Open requests of one repository: every push to it looks at all of them. */
const MAX_OPEN = 500;

export type NewPullRequest = Pick<
  PullRequestRow,
  | 'repository'
  | 'title'
  | 'description'
  | 'source_branch'
  | 'target_branch'
  | 'head'
  | 'target_head'
  | 'created_by'
>;

/** Opens a request and writes down its event. Rejects with a `ConflictError` where its branches have one already. */
export async function insertPullRequest(
  db: Knex,
  args: { request: NewPullRequest; at: string },
): Promise<PullRequestRow> {
  const { request, at } = args;
  return await db.transaction(async tx => {
    // One at a time gets the next number. SQLite has one connection anyway.
    await tx<RepositoryRow>('repositories')
      .where({ name: request.repository })
      .forUpdate()
      .first('name');
    await demandRoom(tx, request);
    const last = await tx<PullRequestRow>('pull_requests')
      .where({ repository: request.repository })
      .max({ number: 'number' })
      .first();
    const [row] = await tx<PullRequestRow>('pull_requests')
      .insert({
        ...request,
        number: Number(last?.number ?? 0) + 1,
        state: 'open',
        created_at: at,
        updated_at: at,
      })
      .returning('*');
    await insertEvents(tx, {
      repository: row.repository,
      events: [toEvent(row, { event: 'opened', by: row.created_by, at })],
      at,
    });
    return row;
  });
}

/** Whether a request of these branches may be open. */
export async function demandRoom(
  tx: Knex.Transaction,
  {
    repository,
    source_branch,
    target_branch,
  }: Pick<NewPullRequest, 'repository' | 'source_branch' | 'target_branch'>,
): Promise<void> {
  const open = await tx<PullRequestRow>('pull_requests')
    .where({ repository, state: 'open' })
    .select('number', 'source_branch', 'target_branch');
  const same = open.find(
    own =>
      own.source_branch === source_branch &&
      own.target_branch === target_branch,
  );
  if (same) {
    throw withReason(
      ConflictError,
      reason('pullRequest.alreadyOpen', {
        number: `${same.number}`,
        source: source_branch,
        target: target_branch,
      }),
    );
  }
  if (open.length >= MAX_OPEN) {
    throw withReason(
      ConflictError,
      reason('pullRequest.tooManyOpen', { max: MAX_OPEN }),
    );
  }
}
