import type {
  GitPullRequestDetails,
  GitPullRequestDiff,
  GitPullRequestPage,
  GitPullRequestQuery,
} from '@model-ci/backstage-plugin-model-ci-common';
import { invalidRequest } from '@model-ci/backstage-plugin-model-ci-node';
import { listPullRequests as listRows } from '../database/operations/pullRequests/findPullRequests';
import type { RepositoryRow } from '../database/tables';
import {
  checkMerge,
  countChanges,
  findMergeBase,
  readDiff,
  type Sides,
} from '../git/compareBranches';
import { listCommits } from '../git/history';
import {
  demandPullRequest,
  folderOf,
  type PullRequestContext,
} from './context';
import { toPullRequest } from './toPullRequest';

const DEFAULT_LIMIT = 50;
const COMMITS = 100;

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

/** Who asks for what of a repository. */
export interface Question {
  number: number;
  /** Entity ref of the user, or the service, that asks. */
  caller: string;
}

/** One request, with what it would change, or has changed. */
export async function readPullRequest(
  context: PullRequestContext,
  repository: RepositoryRow,
  { number, caller }: Question,
): Promise<GitPullRequestDetails> {
  const row = await demandPullRequest(context, repository, number);
  const folder = folderOf(context, repository);
  const { head, target_head: target } = row;
  const isOpen = row.state === 'open';
  const compared = await context.comparisons.find({
    ...{ caller, key: [folder, target, head, `${isOpen}`] },
    compare: () => compare(folder, { head, target }, isOpen),
    isWhole: ({ changes, mergeability }) =>
      changes !== undefined && mergeability?.type !== 'unknown',
  });
  return {
    ...toPullRequest(row, context),
    ...compared,
    ...(isOpen && { protection: await context.checker?.check(row) }),
    ...(row.comment !== null &&
      row.comment_at !== null && {
        comment: { body: row.comment, updatedAt: row.comment_at },
      }),
  };
}

type Compared = Pick<
  GitPullRequestDetails,
  'commits' | 'hasMoreCommits' | 'changes' | 'mergeability'
>;

async function compare(
  folder: string,
  sides: Sides,
  isOpen: boolean,
): Promise<Compared> {
  const base = await findMergeBase(folder, sides);
  const range = `${sides.target}..${sides.head}`;
  const commits = await listCommits(folder, range, {
    ...{ skip: 0, limit: COMMITS + 1 },
  });
  const changes =
    base &&
    (await countChanges(folder, { base, head: sides.head }).catch(
      () => undefined,
    ));
  return {
    commits: commits.slice(0, COMMITS),
    hasMoreCommits: commits.length > COMMITS,
    ...(changes && { changes }),
    ...(isOpen && { mergeability: await checkMerge(folder, sides) }),
  };
}

/** What a request changes since its branches parted, as text. */
export async function readPullRequestDiff(
  context: PullRequestContext,
  repository: RepositoryRow,
  { number, caller }: Question,
): Promise<GitPullRequestDiff> {
  const row = await demandPullRequest(context, repository, number);
  const folder = folderOf(context, repository);
  const { head, target_head: target } = row;
  return await context.comparisons.find({
    ...{ caller, key: [folder, target, head, 'diff'] },
    compare: async () => {
      const base = await findMergeBase(folder, { head, target });
      return base
        ? await readDiff(folder, { base, head })
        : { text: '', isCut: false };
    },
    isWhole: () => true,
  });
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
