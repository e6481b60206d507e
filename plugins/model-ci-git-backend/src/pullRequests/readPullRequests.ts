import type {
  GitPullRequestDetails,
  GitPullRequestDiff,
  GitPullRequestPage,
  GitPullRequestQuery,
} from '@model-ci/backstage-plugin-model-ci-common';
import { invalidRequest } from '@model-ci/backstage-plugin-model-ci-node';
import { listPullRequests as listRows } from '../database/operations/pullRequests/findPullRequests';
import type { RepositoryRow } from '../database/tables';
import { findMergeBase, readDiff } from '../git/compareBranches';
import { SHOWN_COMMITS } from './Comparisons';
import {
  demandPullRequest,
  folderOf,
  type PullRequestContext,
} from './context';
import { toPullRequest } from './toPullRequest';

const DEFAULT_LIMIT = 50;

/** Requests of a repository, newest first. */
export async function listPullRequests(
  context: PullRequestContext,
  { name }: RepositoryRow,
  { cursor, limit = DEFAULT_LIMIT, state }: GitPullRequestQuery,
): Promise<GitPullRequestPage> {
  const rows = await listRows(context.db, {
    ...{ repository: name, state, limit: limit + 1 },
    ...(cursor !== undefined && { after: readCursor(cursor) }),
  });
  const page = rows.slice(0, limit);
  return {
    items: page.map(row => toPullRequest(row, context)),
    nextCursor: rows.length > limit ? `${page.at(-1)?.number}` : undefined,
  };
}

/** One request, with what it would change, or has changed. */
export async function readPullRequest(
  context: PullRequestContext,
  repository: RepositoryRow,
  number: number,
): Promise<GitPullRequestDetails> {
  const row = await demandPullRequest(context, repository, number);
  const { changes, commits, mergeability } = await context.comparisons.compare(
    folderOf(context, repository),
    { head: row.head, target: row.target_head },
  );
  return {
    ...toPullRequest(row, context),
    commits: commits.slice(0, SHOWN_COMMITS),
    hasMoreCommits: commits.length > SHOWN_COMMITS,
    ...(changes && { changes }),
    ...(row.state === 'open' && {
      mergeability,
      protection: await context.checker?.check(row),
    }),
    ...(row.comment !== null &&
      row.comment_at !== null && {
        comment: { body: row.comment, updatedAt: row.comment_at },
      }),
  };
}

/** What a request changes since its branches parted, as text. */
export async function readPullRequestDiff(
  context: PullRequestContext,
  repository: RepositoryRow,
  number: number,
): Promise<GitPullRequestDiff> {
  const row = await demandPullRequest(context, repository, number);
  const folder = folderOf(context, repository);
  const { head, target_head: target } = row;
  const base = await findMergeBase(folder, { head, target });
  return base
    ? await readDiff(folder, { base, head })
    : { text: '', isCut: false };
}

function readCursor(cursor: string): number {
  if (!/^\d{1,9}$/.test(cursor)) {
    throw invalidRequest(
      'query',
      'cursor',
      'must be the nextCursor of an earlier page of this list, unchanged',
    );
  }
  return Number(cursor);
}
