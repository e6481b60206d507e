import type { LoggerService } from '@backstage/backend-plugin-api';
import { InputError, NotFoundError } from '@backstage/errors';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { withReason } from '@model-ci/backstage-plugin-model-ci-node';
import type { Knex } from 'knex';
import { findPullRequest } from '../database/operations/pullRequests/findPullRequests';
import type { PullRequestRow, RepositoryRow } from '../database/tables';
import type { Sides } from '../git/compareBranches';
import { listHeads } from '../git/history';
import { repositoryFolder } from '../git/names';
import type { PushAnnouncer } from '../pushes/PushAnnouncer';
import type { Comparisons } from './Comparisons';
import type { MergeChecker } from './MergeChecker';

/** What everything that happens to pull requests needs. Policies are checked by whoever calls. */
export interface PullRequestContext {
  db: Knex;
  /** Folder of all repositories. */
  directory: string;
  announcer: Pick<PushAnnouncer, 'record' | 'publish'>;
  logger: LoggerService;
  /** Page of a pull request. */
  pageOf(repository: string, number: number): string;
  /** Records how much a repository takes, after it was merged in. */
  measure(repository: RepositoryRow): Promise<void>;
  comparisons: Comparisons;
  /** Absent where a request is merged whatever became of its runs. */
  checker?: Pick<MergeChecker, 'check'>;
  now(): Date;
}

export function folderOf(
  { directory }: Pick<PullRequestContext, 'directory'>,
  { name }: RepositoryRow,
): string {
  return repositoryFolder(directory, name);
}

/** The row of a request; refuses a number that the repository does not have. */
export async function demandPullRequest(
  { db }: Pick<PullRequestContext, 'db'>,
  { name }: RepositoryRow,
  number: number,
): Promise<PullRequestRow> {
  const row = await findPullRequest(db, { repository: name, number });
  if (!row) {
    throw noPullRequest(number);
  }
  return row;
}

export function noPullRequest(number: number): NotFoundError {
  return withReason(
    NotFoundError,
    reason('pullRequest.notFound', { number: `${number}` }),
  );
}

/** Where two branches stand now; refuses one that is not there. */
export async function demandSides(
  context: PullRequestContext,
  repository: RepositoryRow,
  branches: { source: string; target: string },
): Promise<Sides> {
  const heads = await listHeads(folderOf(context, repository));
  const headOf = (branch: string) => {
    const head = heads.get(branch);
    if (head === undefined) {
      throw withReason(InputError, reason('gitHost.noBranch', { branch }));
    }
    return head;
  };
  return { head: headOf(branches.source), target: headOf(branches.target) };
}

/** Looks at the branches, and publishes what is owed. What was pushed meanwhile is found as well. */
export async function announceChanges(
  { announcer, logger }: PullRequestContext,
  repository: RepositoryRow,
  by: string,
): Promise<void> {
  await announcer.record(repository, { pushedBy: by, heads: [] });
  announcer.publish(repository).catch(error => {
    logger.error('A pull request is not published yet, a sweep will', error);
  });
}

/** The state of a request as a part of a reason. */
export function wordState({ state }: PullRequestRow) {
  return reason(`pullRequest.${state}`);
}
