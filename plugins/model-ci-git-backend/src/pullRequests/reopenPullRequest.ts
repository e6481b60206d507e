import { ConflictError } from '@backstage/errors';
import {
  type GitPullRequest,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { withReason } from '@model-ci/backstage-plugin-model-ci-node';
import type { RepositoryRow } from '../database/tables';
import { changePullRequest } from './changePullRequest';
import {
  demandPullRequest,
  demandSides,
  type PullRequestContext,
  wordState,
} from './context';

/** Asks again what was closed, with the branches as they stand now. */
export async function reopenPullRequest(
  context: PullRequestContext,
  repository: RepositoryRow,
  { number, by }: { number: number; by: string },
): Promise<GitPullRequest> {
  const seen = await demandPullRequest(context, repository, number);
  if (seen.state !== 'closed') {
    throw withReason(
      ConflictError,
      reason('pullRequest.notClosed', {
        ...{ number: `${number}`, state: wordState(seen) },
      }),
    );
  }
  const { head, target } = await demandSides(context, repository, {
    ...{ source: seen.source_branch, target: seen.target_branch },
  });
  return await changePullRequest(context, repository, {
    seen,
    change: {
      set: { state: 'open', head, target_head: target },
      ...{ event: 'reopened', by },
    },
  });
}
