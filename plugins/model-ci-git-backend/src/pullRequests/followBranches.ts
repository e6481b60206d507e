import type { Knex } from 'knex';
import { listPullRequests } from '../database/operations/pullRequests/findPullRequests';
import { moveTarget } from '../database/operations/pullRequests/moveTarget';
import {
  updatePullRequest,
  type PullRequestChange,
} from '../database/operations/pullRequests/updatePullRequest';
import type { PullRequestRow } from '../database/tables';
import { listArrived } from '../git/listArrived';
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
 *
 * Whoever pushes waits for it: of a branch that moved, git is asked once, and one statement writes the requests into it
 * of which nothing else has moved, however many they are.
 */
export async function followBranches(options: FollowOptions): Promise<void> {
  const { db, heads, repository } = options;
  const open = await listPullRequests(db, {
    ...{ repository, state: 'open', limit: MAX_FOLLOWED },
  });
  const byTarget = new Map<string, PullRequestRow[]>();
  for (const request of open) {
    const { head, source_branch, target_branch, target_head } = request;
    if (
      heads.get(source_branch) !== head ||
      heads.get(target_branch) !== target_head
    ) {
      const key = `${target_branch} ${target_head}`;
      byTarget.set(key, byTarget.get(key) ?? []);
      byTarget.get(key)?.push(request);
    }
  }
  for (const requests of byTarget.values()) {
    await followTarget(requests, options);
  }
}

/** Follows the requests into one branch that say the same of where it stands. */
async function followTarget(
  requests: PullRequestRow[],
  options: FollowOptions,
): Promise<void> {
  const { at, db, folder, heads, repository } = options;
  const [{ target_branch: branch, target_head: from }] = requests;
  const to = heads.get(branch);
  const wanted = new Set(requests.map(request => headOf(request, options)));
  const arrived =
    to === undefined || to === from
      ? new Set<string>()
      : await listArrived(folder, { from, to, wanted });
  const others: number[] = [];
  for (const seen of requests) {
    const change = await decide(seen, arrived, options);
    if (change) {
      await updatePullRequest(db, { seen, change, at });
    } else {
      others.push(seen.number);
    }
  }
  if (to !== undefined) {
    await moveTarget(db, { repository, numbers: others, from, to });
  }
}

function headOf(request: PullRequestRow, { heads }: FollowOptions): string {
  return heads.get(request.source_branch) ?? request.head;
}

/** Undefined where nothing but the target has moved. */
async function decide(
  request: PullRequestRow,
  arrived: Set<string>,
  options: FollowOptions,
): Promise<PullRequestChange | undefined> {
  const { heads, isSkipped } = options;
  const source = heads.get(request.source_branch);
  const target = heads.get(request.target_branch);
  const head = headOf(request, options);
  if (target !== undefined && arrived.has(head)) {
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
  if (source === request.head) {
    return undefined;
  }
  const set = { head, target_head: target };
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
