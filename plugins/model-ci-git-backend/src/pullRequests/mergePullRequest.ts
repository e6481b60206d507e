import { ConflictError } from '@backstage/errors';
import {
  blockedBy,
  type GitPullRequest,
  type MergeBypass,
  type MergePullRequestInput,
  reason,
  reasons,
} from '@model-ci/backstage-plugin-model-ci-common';
import { withReason } from '@model-ci/backstage-plugin-model-ci-node';
import { storeBypass } from '../database/operations/pullRequests/storeBypass';
import type { PullRequestRow, RepositoryRow } from '../database/tables';
import type { Sides } from '../git/compareBranches';
import { mergeBranches } from '../git/mergeBranches';
import type { KnownUser } from '../owners/UserDirectory';
import {
  announceChanges,
  demandPullRequest,
  demandSides,
  folderOf,
  type PullRequestContext,
  wordState,
} from './context';
import { toPullRequest } from './toPullRequest';

export interface MergeArgs {
  number: number;
  input: MergePullRequestInput;
  user: KnownUser;
  /** Refuses whoever may not merge without a success of the runs. */
  demandBypass(): Promise<void>;
}

/** Merges what the caller looked at. The branches are looked at again afterwards: that finds the request merged, after a crash too. */
export async function mergePullRequest(
  context: PullRequestContext,
  repository: RepositoryRow,
  args: MergeArgs,
): Promise<GitPullRequest> {
  const { number, input, user } = args;
  const row = await demandPullRequest(context, repository, number);
  if (row.state !== 'open') {
    throw withReason(
      ConflictError,
      reason('pullRequest.notOpenToMerge', {
        ...{ number: `${number}`, state: wordState(row) },
      }),
    );
  }
  const sides = await demandSides(context, repository, {
    ...{ source: row.source_branch, target: row.target_branch },
  });
  demandUnmoved(row, sides, input);
  if (row.head !== sides.head) {
    // A push that nobody was told of yet: no run of it is owed, and none would be missed.
    await announceChanges(context, repository, user.userRef);
  }
  const bypass = await demandSuccess(
    context,
    { ...row, head: sides.head },
    args,
  );
  await storeBypass(context.db, {
    repository: repository.name,
    number,
    bypass,
  });
  try {
    await mergeBranches(folderOf(context, repository), {
      ...sides,
      targetBranch: row.target_branch,
      method: input.method ?? 'merge',
      message: describeMerge(row),
      author: { name: user.displayName, email: user.email },
      by: user.userRef,
    });
  } finally {
    await announceChanges(context, repository, user.userRef);
  }
  await context.measure(repository);
  return toPullRequest(
    await demandPullRequest(context, repository, number),
    context,
  );
}

/** Refuses a request whose runs have not succeeded, unless somebody who may says why it is merged all the same. */
async function demandSuccess(
  { checker }: PullRequestContext,
  row: PullRequestRow,
  { demandBypass, input }: MergeArgs,
): Promise<MergeBypass | null> {
  const blocking = checker ? blockedBy(await checker.check(row)) : [];
  if (blocking.length === 0) {
    return null;
  }
  if (input.bypassReason === undefined) {
    throw withReason(
      ConflictError,
      reason('pullRequest.blocked', { why: reasons(blocking) }),
    );
  }
  await demandBypass();
  return { reason: input.bypassReason, blockedBy: blocking };
}

function demandUnmoved(
  row: PullRequestRow,
  { head, target }: Sides,
  { expectedHead, expectedTarget = target }: MergePullRequestInput,
): void {
  const moved =
    (head !== expectedHead && {
      ...{ branch: row.source_branch, expected: expectedHead, head },
    }) ||
    (target !== expectedTarget && {
      ...{ branch: row.target_branch, expected: expectedTarget, head: target },
    });
  if (moved) {
    throw withReason(ConflictError, reason('pullRequest.moved', moved));
  }
}

function describeMerge(row: PullRequestRow): string {
  return `Merge branch '${row.source_branch}' into ${row.target_branch}\n\n${row.title}\n\nPull request ${row.number}`;
}
