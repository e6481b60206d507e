import type { Knex } from 'knex';
import { listPullRequests } from '../database/operations/pullRequests/findPullRequests';
import {
  updatePullRequest,
  type PullRequestChange,
} from '../database/operations/pullRequests/updatePullRequest';
import type { PullRequestRow } from '../database/tables';
import { isAncestor } from '../git/compareBranches';
import { readRefSteps } from '../git/history';
import { readUser } from '../pushes/findMoves';

/** As many as a repository may have open, and what two have opened at once. */
const MAX_FOLLOWED = 1_000;

export interface FollowOptions {
  db: Knex;
  repository: string;
  folder: string;
  /** Where its branches stand. */
  heads: Map<string, string>;
  /** Who did it, where the repository has no record of that. */
  fallbackUser: string;
  /** Whether the push that moved a branch there asked for no run. */
  isSkipped(branch: string, head: string): boolean;
  at: string;
}

/**
 * Brings the open requests of a repository up to where its branches stand. What a request says is compared with the
 * branches, so that a move is found whoever made it, after a crash too.
 */
export async function followBranches(options: FollowOptions): Promise<void> {
  const { at, db, repository } = options;
  const open = await listPullRequests(db, {
    ...{ repository, state: 'open', limit: MAX_FOLLOWED },
  });
  for (const seen of open) {
    const change = await decide(seen, options);
    if (change) {
      await updatePullRequest(db, { seen, change, at });
    }
  }
}

async function decide(
  request: PullRequestRow,
  options: FollowOptions,
): Promise<PullRequestChange | undefined> {
  const { folder, heads, isSkipped } = options;
  const source = heads.get(request.source_branch);
  const target = heads.get(request.target_branch);
  if (source === request.head && target === request.target_head) {
    return undefined;
  }
  const head = source ?? request.head;
  const seen = { head, target: request.target_head };
  const isMerged =
    target !== undefined &&
    target !== request.target_head &&
    (await isAncestor(folder, head, target)) &&
    !(await isAncestor(folder, head, seen.target));
  if (isMerged) {
    return {
      set: { state: 'merged', head, merge_commit: target },
      event: 'merged',
      by: await findUser(request.target_branch, options),
    };
  }
  if (source === undefined || target === undefined) {
    return {
      set: { state: 'closed' },
      event: 'closed',
      by: options.fallbackUser,
    };
  }
  const set = { head, target_head: target };
  if (source === request.head) {
    return { set, by: options.fallbackUser };
  }
  return {
    set,
    event: 'updated',
    by: await findUser(request.source_branch, options),
    skip: isSkipped(request.source_branch, head) ? 'option' : undefined,
  };
}

async function findUser(
  branch: string,
  { fallbackUser, folder }: FollowOptions,
): Promise<string> {
  const steps = await readRefSteps(folder, branch);
  return readUser(steps.at(-1)) ?? fallbackUser;
}
