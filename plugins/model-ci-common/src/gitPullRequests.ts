import { z } from 'zod';
import type { MergeCheck } from './api/mergeChecks';
import type { Page } from './api/types';
import type { GitCommit } from './gitApi';
import type { Reason } from './reasons';

/** Characters of what a form asks for. */
export const MAX_PULL_REQUEST_TITLE = 200;
export const MAX_PULL_REQUEST_DESCRIPTION = 10_000;

/** Characters of why somebody merges all the same. */
export const MAX_BYPASS_REASON = 1_000;

const branch = z.string().min(1).max(200);
const commit = z
  .string()
  .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'must be the full id of a commit');
const storable = (text: z.ZodString) =>
  text.refine(value => !value.includes('\0'), 'must have no NUL characters');

/** Body of `POST /repositories/:name/pull-requests`. */
export const openPullRequestSchema = z.strictObject({
  title: z
    .string()
    .trim()
    .min(1)
    .max(MAX_PULL_REQUEST_TITLE)
    .regex(/^\P{Cc}*$/u, 'must be one line'),
  description: storable(
    z.string().trim().max(MAX_PULL_REQUEST_DESCRIPTION),
  ).optional(),
  sourceBranch: branch,
  /** The default branch without it. */
  targetBranch: branch.optional(),
});
export type OpenPullRequestInput = z.infer<typeof openPullRequestSchema>;

/** `fast-forward` moves the target to the source's commit; `merge` always makes a commit of two parents. */
export const MERGE_METHODS = ['merge', 'fast-forward'] as const;
export type MergeMethod = (typeof MERGE_METHODS)[number];

/** Body of `POST …/merge`. */
export const mergePullRequestSchema = z.strictObject({
  /** Commit that was looked at: one that was pushed since is not merged. */
  expectedHead: commit,
  /** Where the target stood then. Without it, it may have moved. */
  expectedTarget: commit.optional(),
  /** `merge` without it. */
  method: z.enum(MERGE_METHODS, "must be 'merge' or 'fast-forward'").optional(),
  /** Why it is merged though its runs did not succeed; takes the permission `model-ci-git.repository.bypass`. */
  bypassReason: storable(
    z.string().trim().min(1).max(MAX_BYPASS_REASON),
  ).optional(),
});
export type MergePullRequestInput = z.infer<typeof mergePullRequestSchema>;

export const PULL_REQUEST_STATES = ['open', 'merged', 'closed'] as const;
export type GitPullRequestState = (typeof PULL_REQUEST_STATES)[number];

/** A request to merge one branch of a repository into another. */
export interface GitPullRequest {
  number: number;
  title: string;
  description?: string;
  sourceBranch: string;
  targetBranch: string;
  state: GitPullRequestState;
  /** Commit of the source branch, while it is open, or as it was when that ended. */
  head: string;
  /** Commit of the target branch, while it is open, or as it was when that ended. */
  targetHead: string;
  createdBy: string;
  createdAt: string;
  updatedAt: string;
  /** Who merged or closed it, and when. */
  closedBy?: string;
  closedAt?: string;
  /** Where the target stood after it was merged. */
  mergeCommit?: string;
  /** Set where it was merged though its runs had not succeeded. */
  bypass?: MergeBypass;
  /** Page of the portal. */
  webUrl: string;
}

/** That somebody merged a request though its runs had not succeeded. */
export interface MergeBypass {
  /** In the words of who merged it. */
  reason: string;
  /** What was in the way. */
  blockedBy: Reason[];
}

/** Whether the runs of a request let it be merged. */
export interface MergeProtection {
  checks: MergeCheck[];
  /** What is in the way beside the checks. */
  problem?: Reason;
}

/** What would happen if it were merged now; absent where it is not open. */
export type GitMergeability =
  | { type: 'fast-forward' | 'clean' }
  /** Files that both sides changed, at most twenty. */
  | { type: 'conflicts'; files: string[] }
  /** The source holds nothing that the target does not. */
  | { type: 'nothing' }
  /** The branches have no commit in common, or git did not find out in time. */
  | { type: 'unknown' };

/** A request with what it would change. */
export interface GitPullRequestDetails extends GitPullRequest {
  /** Commits of the source that the target does not have, newest first, at most a hundred. */
  commits: GitCommit[];
  /** Whether there are more. */
  hasMoreCommits: boolean;
  /** Against where the two branches parted; absent where they have no commit in common. */
  changes?: { files: number; insertions: number; deletions: number };
  mergeability?: GitMergeability;
  /** Absent where it is not open, or the host merges whatever became of runs. */
  protection?: MergeProtection;
  /** What Model CI found out, in Markdown; absent until there was a run. */
  comment?: { body: string; updatedAt: string };
}

/** Unified diff of a request, or its beginning. */
export interface GitPullRequestDiff {
  text: string;
  isCut: boolean;
}

export interface GitPullRequestQuery {
  state?: GitPullRequestState;
  cursor?: string;
  /** At most 100. */
  limit?: number;
}

export type GitPullRequestPage = Page<GitPullRequest>;

/** Characters of the comment of Model CI, as many as GitHub takes. */
export const MAX_PULL_REQUEST_COMMENT = 65_536;

/** Body of `PUT …/comment`. */
export const pullRequestCommentSchema = z.strictObject({
  body: storable(z.string().min(1).max(MAX_PULL_REQUEST_COMMENT)),
});

/** Why a request is not merged without a bypass. */
export function blockedBy({ checks, problem }: MergeProtection): Reason[] {
  return [problem, ...checks.map(check => check.reason)].filter(
    why => why !== undefined,
  );
}
