import { ConflictError } from '@backstage/errors';
import {
  type GitPullRequest,
  type MergePullRequestInput,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { withReason } from '@model-ci/backstage-plugin-model-ci-node';
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
}

/** Merges what the caller looked at. The branches are looked at again afterwards: that finds the request merged, after a crash too. */
export async function mergePullRequest(
  context: PullRequestContext,
  repository: RepositoryRow,
  { number, input, user }: MergeArgs,
): Promise<GitPullRequest> {
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
