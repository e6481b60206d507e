import { ConflictError, NotImplementedError } from '@backstage/errors';
import type { MergeMethod } from '@model-ci/backstage-plugin-model-ci-common';
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
    throw new ConflictError(
      `Branch ${targetBranch} holds everything of ${head} already: there is nothing to merge`,
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
    throw new ConflictError(
      `Branch ${targetBranch} has commits that the source does not have, so that it cannot be fast-forwarded: choose a merge commit, or merge ${targetBranch} into the source first`,
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
    throw new ConflictError(
      `It conflicts with branch ${targetBranch} in ${merged.files.join(
        ', ',
      )}: merge ${targetBranch} into the source, resolve the conflicts and push`,
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
      throw new ConflictError(
        'The branches have no commit in common, so that git does not merge them',
        error,
      );
    }
    if (UNKNOWN_TO_GIT.has(error.exitStatus ?? 0)) {
      throw new NotImplementedError(
        'Merging takes git 2.38 or newer on the machine of the portal; a fast-forward takes none',
        error,
      );
    }
  }
  throw error;
}
