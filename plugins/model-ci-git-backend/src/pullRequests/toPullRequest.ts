import type { GitPullRequest } from '@model-ci/backstage-plugin-model-ci-common';
import type { PullRequestRow } from '../database/tables';
import type { PullRequestContext } from './context';

/** A request as the HTTP interface answers it. */
export function toPullRequest(
  row: PullRequestRow,
  { pageOf }: Pick<PullRequestContext, 'pageOf'>,
): GitPullRequest {
  return {
    number: row.number,
    title: row.title,
    description: row.description ?? undefined,
    sourceBranch: row.source_branch,
    targetBranch: row.target_branch,
    state: row.state,
    head: row.head,
    targetHead: row.target_head,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    closedBy: row.closed_by ?? undefined,
    closedAt: row.closed_at ?? undefined,
    mergeCommit: row.merge_commit ?? undefined,
    webUrl: pageOf(row.repository, row.number),
  };
}
