import { ConflictError } from '@backstage/errors';
import {
  type GitPullRequest,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { withReason } from '@model-ci/backstage-plugin-model-ci-node';
import {
  type PullRequestChange,
  updatePullRequest,
} from '../database/operations/pullRequests/updatePullRequest';
import type { PullRequestRow, RepositoryRow } from '../database/tables';
import { announceChanges, type PullRequestContext } from './context';
import { toPullRequest } from './toPullRequest';

/** Changes a request that is still as the caller saw it, and publishes that. */
export async function changePullRequest(
  context: PullRequestContext,
  repository: RepositoryRow,
  { seen, change }: { seen: PullRequestRow; change: PullRequestChange },
): Promise<GitPullRequest> {
  const at = context.now().toISOString();
  const row = await updatePullRequest(context.db, { seen, change, at });
  if (!row) {
    throw withReason(
      ConflictError,
      reason('pullRequest.changed', { number: `${seen.number}` }),
    );
  }
  await announceChanges(context, repository, change.by);
  return toPullRequest(row, context);
}
