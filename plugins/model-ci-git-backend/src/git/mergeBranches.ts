import { ConflictError, NotImplementedError } from '@backstage/errors';
import {
  type MergeMethod,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { withReason } from '@model-ci/backstage-plugin-model-ci-node';
import { cleanIdentity, moveRef } from './commitTree';
import { isAncestor, mergeTrees, type Sides } from './compareBranches';
import { identityVariables } from './environment';
import { GitCommandError, runGit } from './runGit';

export interface MergeOptions extends Sides {
  /** Name of the branch that is moved. */
  targetBranch: string;
  method: MergeMethod;
  message: string;
  author: { name: string; email: string };
  /** Entity ref of who merges; the reflog keeps it. */
  by: string;
}

/** Statuses by which git says that it does not know a command or an option. */
const UNKNOWN_TO_GIT = new Set([128, 129]);

/** Moves the target to a commit that holds both sides, if it still stands where the caller saw it. Answers that commit. */
export async function mergeBranches(
  gitDir: string,
  options: MergeOptions,
): Promise<string> {
  const { head, method, target, targetBranch } = options;
  if (await isAncestor(gitDir, head, target)) {
    throw withReason(
      ConflictError,
      reason('pullRequest.nothingLeft', { target: targetBranch, head }),
    );
  }
  const next =
    method === 'fast-forward'
      ? await demandFastForward(gitDir, options)
      : await commitMerge(gitDir, options);
  await moveRef(gitDir, {
    ...{ next, head: target, by: options.by, why: 'merge' },
    branch: `refs/heads/${targetBranch}`,
  });
  return next;
}

async function demandFastForward(
  gitDir: string,
  { head, target, targetBranch }: MergeOptions,
): Promise<string> {
  if (!(await isAncestor(gitDir, target, head))) {
    throw withReason(
      ConflictError,
      reason('pullRequest.noFastForward', { target: targetBranch }),
    );
  }
  return head;
}

async function commitMerge(
  gitDir: string,
  options: MergeOptions,
): Promise<string> {
  const { author, head, message, target, targetBranch } = options;
  const merged = await mergeTrees(gitDir, options).catch(explain);
  if (merged.type === 'conflicts') {
    throw withReason(
      ConflictError,
      reason('pullRequest.conflicts', {
        target: targetBranch,
        files: merged.files,
      }),
    );
  }
  const commit = await runGit(
    ['commit-tree', merged.tree, '-p', target, '-p', head],
    {
      gitDir,
      input: `${message}\n`,
      variables: identityVariables(cleanIdentity(author)),
    },
  );
  return commit.trim();
}

function explain(error: unknown): never {
  if (error instanceof GitCommandError) {
    if (/unrelated histories/.test(error.stderr)) {
      throw withReason(ConflictError, reason('pullRequest.unrelated'), error);
    }
    if (UNKNOWN_TO_GIT.has(error.exitStatus ?? 0)) {
      throw withReason(
        NotImplementedError,
        reason('pullRequest.oldGit'),
        error,
      );
    }
  }
  throw error;
}
