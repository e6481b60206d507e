import type { ScmIntegrationRegistry } from '@backstage/integration';
import type { CommitState } from '../database/operations/commitStatuses/commitStatuses';
import { type HostRequest, type HostType, openRepository } from './hosts';
import { cut, shorten } from './statusName';

/** What a code host shows beside a commit. */
export interface CommitStatus {
  sourceUrl: string;
  commit: string;
  /** The branch or tag of the repository on which the commit is; null where it is on none, or that is not known. */
  ref: string | null;
  state: CommitState;
  /** See `statusName`. */
  name: string;
  description: string;
  /** Page of the run. */
  url: string;
}

/** As long as GitHub takes it, which takes the shortest. */
const MAX_DESCRIPTION = 140;
/** As long as Bitbucket takes a key. */
const MAX_KEY = 40;

const GITLAB_STATES: Record<CommitState, string> = {
  pending: 'running',
  success: 'success',
  failure: 'failed',
  error: 'canceled',
};
const BITBUCKET_STATES: Record<CommitState, string> = {
  pending: 'INPROGRESS',
  success: 'SUCCESSFUL',
  failure: 'FAILED',
  error: 'STOPPED',
};

type Writer = (status: CommitStatus) => {
  path: string;
  body: Record<string, string>;
  isTaken?: HostRequest['isTaken'];
};

const asGithub: Writer = status => ({
  path: `/statuses/${status.commit}`,
  body: {
    state: status.state,
    context: status.name,
    description: status.description,
    target_url: status.url,
  },
});

const WRITERS: Record<HostType, Writer> = {
  github: asGithub,
  gitea: asGithub,
  gitlab: status => ({
    path: `/statuses/${status.commit}`,
    body: {
      state: GITLAB_STATES[status.state],
      name: status.name,
      description: status.description,
      target_url: status.url,
      // Otherwise GitLab takes the first branch that it finds.
      ...(status.ref !== null && { ref: status.ref }),
    },
    // GitLab refuses a state that the status has already, be it of a lost answer or of another run of the commit.
    isTaken: response => response.status === 400 && status.state === 'pending',
  }),
  bitbucketCloud: status => ({
    path: `/commit/${status.commit}/statuses/build`,
    body: {
      key: shorten(status.name, MAX_KEY),
      name: status.name,
      state: BITBUCKET_STATES[status.state],
      description: status.description,
      url: status.url,
      // Only so does Bitbucket show it on a pull request.
      ...(status.ref !== null && { refname: status.ref }),
    },
  }),
};

/**
 * Writes the status of a commit to its code host, with the credentials of the integrations. False where the host takes
 * none. Rejects with a `RefusedError` where asking again does not help.
 */
export async function writeStatus(
  status: CommitStatus,
  integrations: ScmIntegrationRegistry,
  signal: AbortSignal,
): Promise<boolean> {
  const { description, sourceUrl } = status;
  const repository = await openRepository(sourceUrl, integrations, signal);
  if (!repository) {
    return false;
  }
  const { path, ...request } = WRITERS[repository.type]({
    ...status,
    description: cut(description, MAX_DESCRIPTION),
  });
  const response = await repository.send(path, { ...request, method: 'POST' });
  await response.body?.cancel();
  return true;
}
