import type { GitPullRequestState } from '@model-ci/backstage-plugin-model-ci-common';
import type { Connection } from '../../connection';
import type { PullRequestRow } from '../../tables';

/** A request; undefined where the repository has none of this number. */
export async function findPullRequest(
  db: Connection,
  args: { repository: string; number: number },
): Promise<PullRequestRow | undefined> {
  return await db<PullRequestRow>('pull_requests').where(args).first();
}

/** Requests of a repository, newest first. */
export async function listPullRequests(
  db: Connection,
  args: {
    repository: string;
    state?: GitPullRequestState;
    /** Those with a smaller number. */
    after?: number;
    limit: number;
  },
): Promise<PullRequestRow[]> {
  const { after, limit, repository, state } = args;
  const query = db<PullRequestRow>('pull_requests')
    .where({ repository, ...(state && { state }) })
    .orderBy('number', 'desc')
    .limit(limit);
  if (after !== undefined) {
    query.where('number', '<', after);
  }
  return await query;
}
