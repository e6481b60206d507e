import {
  type GitPullRequest,
  type MergeBypass,
  reasonSchema,
} from '@model-ci/backstage-plugin-model-ci-common';
import { z } from 'zod';
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
    bypass: readBypass(row),
    webUrl: pageOf(row.repository, row.number),
  };
}

const bypassSchema = z.object({
  reason: z.string(),
  blockedBy: z.array(reasonSchema),
});

function readBypass({
  bypass,
  state,
}: PullRequestRow): MergeBypass | undefined {
  // While it is open, it is what somebody tries.
  return bypass !== null && state === 'merged'
    ? bypassSchema.parse(JSON.parse(bypass))
    : undefined;
}
