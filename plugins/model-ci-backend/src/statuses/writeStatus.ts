import {
  DefaultGithubCredentialsProvider,
  getBitbucketCloudRequestOptions,
  getGiteaRequestOptions,
  getGitLabIntegrationRelativePath,
  getGitLabRequestOptions,
  type ScmIntegrationRegistry,
} from '@backstage/integration';
import type { CommitState } from '../database/operations/commitStatuses/commitStatuses';
import { repositoryOf } from '../source/sourceUrl';
import { shorten } from './statusName';

/** What a code host shows beside a commit. */
export interface CommitStatus {
  sourceUrl: string;
  commit: string;
  state: CommitState;
  /** See `statusName`. */
  name: string;
  description: string;
  /** Page of the run. */
  url: string;
}

/** The host refuses, and will refuse the next time too. */
export class RefusedStatusError extends Error {}

type Writer = (
  status: CommitStatus,
  integrations: ScmIntegrationRegistry,
  signal: AbortSignal,
) => Promise<void>;

/** As long as GitHub takes it, which takes the shortest. */
const MAX_DESCRIPTION = 140;
/** What a host answers to who may not write, and to what it does not have. */
const FINAL = new Set([400, 401, 403, 404, 410, 422]);

const writeToGithub: Writer = async (status, integrations, signal) => {
  const config = integrations.github.byUrl(status.sourceUrl)?.config;
  if (!config?.apiBaseUrl) {
    throw new RefusedStatusError(
      `integrations.github of ${config?.host} has no apiBaseUrl`,
    );
  }
  const repository = repositoryOf(status.sourceUrl, integrations);
  const { headers } = await DefaultGithubCredentialsProvider.fromIntegrations(
    integrations,
  ).getCredentials({ url: repository });
  await send(
    `${config.apiBaseUrl}/repos${new URL(repository).pathname}/statuses/${
      status.commit
    }`,
    {
      state: status.state,
      context: status.name,
      description: status.description,
      target_url: status.url,
    },
    (url, init) =>
      fetch(url, {
        ...init,
        headers: {
          ...init.headers,
          Accept: 'application/vnd.github+json',
          ...headers,
        },
        signal,
      }),
  );
};

const GITLAB_STATES: Record<CommitState, string> = {
  pending: 'running',
  success: 'success',
  failure: 'failed',
  error: 'canceled',
};

const writeToGitlab: Writer = async (status, integrations, signal) => {
  const integration = integrations.gitlab.byUrl(status.sourceUrl);
  if (!integration) {
    return;
  }
  const { config } = integration;
  const { pathname } = new URL(repositoryOf(status.sourceUrl, integrations));
  const project = decodeURIComponent(
    pathname
      .slice(getGitLabIntegrationRelativePath(config).length)
      .replace(/^\//, ''),
  );
  const options = getGitLabRequestOptions(config);
  await send(
    `${config.apiBaseUrl}/projects/${encodeURIComponent(project)}/statuses/${
      status.commit
    }`,
    {
      state: GITLAB_STATES[status.state],
      name: status.name,
      description: status.description,
      target_url: status.url,
    },
    (url, init) =>
      integration.fetch(url, {
        ...init,
        headers: { ...init.headers, ...options.headers },
        signal,
      }),
    // GitLab refuses a state that the status has already, be it of a lost answer or of another run of the commit.
    response => response.status === 400 && status.state === 'pending',
  );
};

const writeToGitea: Writer = async (status, integrations, signal) => {
  const config = integrations.gitea.byUrl(status.sourceUrl)?.config;
  if (!config) {
    return;
  }
  const [name, owner] = repositoryOf(status.sourceUrl, integrations)
    .split('/')
    .reverse();
  const { headers } = getGiteaRequestOptions(config);
  await send(
    `${
      config.baseUrl ?? `https://${config.host}`
    }/api/v1/repos/${owner}/${name}/statuses/${status.commit}`,
    {
      state: status.state,
      context: status.name,
      description: status.description,
      target_url: status.url,
    },
    (url, init) =>
      fetch(url, {
        ...init,
        headers: { ...init.headers, ...headers },
        signal,
      }),
  );
};

const BITBUCKET_STATES: Record<CommitState, string> = {
  pending: 'INPROGRESS',
  success: 'SUCCESSFUL',
  failure: 'FAILED',
  error: 'STOPPED',
};
/** As long as Bitbucket takes a key. */
const MAX_KEY = 40;

const writeToBitbucket: Writer = async (status, integrations, signal) => {
  const config = integrations.bitbucketCloud.byUrl(status.sourceUrl)?.config;
  if (!config) {
    return;
  }
  const { headers } = await getBitbucketCloudRequestOptions(config);
  const { pathname } = new URL(repositoryOf(status.sourceUrl, integrations));
  await send(
    `${config.apiBaseUrl}/repositories${pathname}/commit/${status.commit}/statuses/build`,
    {
      key: shorten(status.name, MAX_KEY),
      name: status.name,
      state: BITBUCKET_STATES[status.state],
      description: status.description,
      url: status.url,
    },
    (url, init) =>
      fetch(url, {
        ...init,
        headers: { ...init.headers, ...headers },
        signal,
      }),
  );
};

const WRITERS = new Map<string, Writer>([
  ['github', writeToGithub],
  ['gitlab', writeToGitlab],
  ['gitea', writeToGitea],
  ['bitbucketCloud', writeToBitbucket],
]);

/**
 * Writes the status of a commit to its code host, with the credentials of the integrations. False where the host takes
 * none. Rejects with a `RefusedStatusError` where asking again does not help.
 */
export async function writeStatus(
  status: CommitStatus,
  integrations: ScmIntegrationRegistry,
  signal: AbortSignal,
): Promise<boolean> {
  const type = integrations.byUrl(status.sourceUrl)?.type ?? '';
  const write = WRITERS.get(type);
  await write?.(
    { ...status, description: status.description.slice(0, MAX_DESCRIPTION) },
    integrations,
    signal,
  );
  return write !== undefined;
}

type Sent = {
  method: 'POST';
  headers: Record<string, string>;
  body: string;
};

async function send(
  url: string,
  body: Record<string, string>,
  post: (url: string, init: Sent) => Promise<Response>,
  isTaken: (response: Response) => boolean = () => false,
): Promise<void> {
  const response = await post(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  // Nothing of what it says is needed, and it may be anything.
  await response.body?.cancel();
  if (!response.ok && !isTaken(response)) {
    const { host } = new URL(url);
    const message = `${host} answered ${response.status} ${response.statusText}`;
    throw FINAL.has(response.status) && !isLimited(response)
      ? new RefusedStatusError(message)
      : new Error(message);
  }
}

/** Whether the host only asks for patience, which GitHub does with 403. */
function isLimited({ headers }: Response): boolean {
  return (
    headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0'
  );
}
