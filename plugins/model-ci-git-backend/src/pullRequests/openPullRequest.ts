import { ConflictError } from '@backstage/errors';
import {
  type GitPullRequest,
  MAX_PULL_REQUEST_TITLE,
  type OpenPullRequestInput,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { withReason } from '@model-ci/backstage-plugin-model-ci-node';
import { insertPullRequest } from '../database/operations/pullRequests/insertPullRequest';
import type { RepositoryRow } from '../database/tables';
import { findMergeBase, isAncestor } from '../git/compareBranches';
import { listHeads, readSubjects } from '../git/history';
import {
  announceChanges,
  demandSides,
  folderOf,
  type PullRequestContext,
} from './context';
import type { AskedRequest } from './pushOptions';
import { toPullRequest } from './toPullRequest';

/** Asks to merge one branch into another. */
export async function openPullRequest(
  context: PullRequestContext,
  repository: RepositoryRow,
  { input, by }: { input: OpenPullRequestInput; by: string },
): Promise<GitPullRequest> {
  const source = input.sourceBranch;
  const target = input.targetBranch ?? repository.default_branch;
  const sides = await demandSides(context, repository, { source, target });
  const folder = folderOf(context, repository);
  if (await isAncestor(folder, sides.head, sides.target)) {
    throw withReason(
      ConflictError,
      reason('pullRequest.nothingNew', { source, target }),
    );
  }
  if (!(await findMergeBase(folder, sides))) {
    throw withReason(ConflictError, reason('pullRequest.unrelated'));
  }
  const row = await insertPullRequest(context.db, {
    request: {
      repository: repository.name,
      title: input.title,
      description: input.description || null,
      source_branch: source,
      target_branch: target,
      ...{ head: sides.head, target_head: sides.target, created_by: by },
    },
    at: context.now().toISOString(),
  });
  // A branch may have moved while this was written.
  await announceChanges(context, repository, by);
  return toPullRequest(row, context);
}

/** Why a push cannot open the request that it asks for. */
export async function refusePushedRequest(
  context: PullRequestContext,
  repository: RepositoryRow,
  asked: AskedRequest,
): Promise<string | undefined> {
  if (asked.type !== 'asked') {
    return asked.type === 'invalid' ? asked.reason : undefined;
  }
  const { sourceBranch, targetBranch: target = repository.default_branch } =
    asked.input;
  const heads = await listHeads(folderOf(context, repository));
  return target === sourceBranch || !heads.has(target)
    ? `merge_request.target is the branch ${JSON.stringify(
        target,
      )}: it must be another one that exists`
    : undefined;
}

/** Opens the request that a push asked for, unless there is one: the push updated it then. */
export async function openPushedRequest(
  context: PullRequestContext,
  repository: RepositoryRow,
  { asked, by }: { asked: AskedRequest; by: string },
): Promise<void> {
  if (asked.type === 'asked') {
    const { input } = asked;
    const folder = folderOf(context, repository);
    const title = input.title ?? (await readTitle(folder, input.sourceBranch));
    await openPullRequest(context, repository, {
      ...{ input: { ...input, title }, by },
    });
  }
}

/** The subject of a branch's newest commit, as a title may be. */
async function readTitle(folder: string, branch: string): Promise<string> {
  const head = (await listHeads(folder)).get(branch);
  const subjects = await readSubjects(folder, head ? [head] : []);
  const subject = head && subjects.get(head);
  const title = (subject || branch).replace(/\p{Cc}/gu, ' ').trim();
  return [...title].slice(0, MAX_PULL_REQUEST_TITLE).join('');
}
