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
  type PullRequestContext,
  wordState,
} from './context';

/** Gives a request up, until somebody reopens it. */
export async function closePullRequest(
  context: PullRequestContext,
  repository: RepositoryRow,
  { number, by }: { number: number; by: string },
): Promise<GitPullRequest> {
  const seen = await demandPullRequest(context, repository, number);
  if (seen.state !== 'open') {
    throw withReason(
      ConflictError,
      reason('pullRequest.notOpenToClose', {
        ...{ number: `${number}`, state: wordState(seen) },
      }),
    );
  }
  return await changePullRequest(context, repository, {
    seen,
    change: { set: { state: 'closed' }, event: 'closed', by },
  });
}
