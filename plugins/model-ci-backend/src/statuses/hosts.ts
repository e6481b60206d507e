import {
  DefaultGithubCredentialsProvider,
  getBitbucketCloudRequestOptions,
  getGiteaRequestOptions,
  getGitLabIntegrationRelativePath,
  getGitLabRequestOptions,
  type ScmIntegrationRegistry,
} from '@backstage/integration';
import { repositoryOf } from '../source/sourceUrl';

export type HostType = 'github' | 'gitlab' | 'gitea' | 'bitbucketCloud';

/** A repository in the API of its code host. */
export interface HostRepository {
  type: HostType;
  /** What the host answers. Rejects with a `RefusedError` where asking again does not help. */
  send(path: string, request: HostRequest): Promise<Response>;
}

export interface HostRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  body?: unknown;
  /** Whether an answer that is no success is as good as one. */
  isTaken?(response: Response): boolean;
}

/** The host refuses, and will refuse the next time too. */
export class RefusedError extends Error {
  constructor(
    message: string,
    /** What the host answered, where it was asked. */
    readonly answer?: number,
  ) {
    super(message);
    this.name = 'RefusedError';
  }
}

/** Where the API has the repository, and how it is asked. */
interface Api {
  url: string;
  headers: Record<string, string>;
  fetch?(url: string, init: RequestInit): Promise<Response>;
}

/** What a host answers to who may not write, and to what it does not have. */
const FINAL = new Set([400, 401, 403, 404, 410, 422]);

type ApiFinder = (
  sourceUrl: string,
  integrations: ScmIntegrationRegistry,
) => Promise<Api>;

const APIS: Record<HostType, ApiFinder> = {
  async github(sourceUrl, integrations) {
    const config = integrations.github.byUrl(sourceUrl)?.config;
    if (!config?.apiBaseUrl) {
      throw new RefusedError(
        `integrations.github of ${config?.host} has no apiBaseUrl`,
      );
    }
    const repository = repositoryOf(sourceUrl, integrations);
    const { headers } = await DefaultGithubCredentialsProvider.fromIntegrations(
      integrations,
    ).getCredentials({ url: repository });
    return {
      url: `${config.apiBaseUrl}/repos${new URL(repository).pathname}`,
      headers: { Accept: 'application/vnd.github+json', ...headers },
    };
  },
  async gitlab(sourceUrl, integrations) {
    const integration = demand(integrations.gitlab.byUrl(sourceUrl));
    const { config } = integration;
    const { pathname } = new URL(repositoryOf(sourceUrl, integrations));
    const project = decodeURIComponent(
      pathname
        .slice(getGitLabIntegrationRelativePath(config).length)
        .replace(/^\//, ''),
    );
    return {
      url: `${config.apiBaseUrl}/projects/${encodeURIComponent(project)}`,
      headers: getGitLabRequestOptions(config).headers,
      fetch: (url, init) => integration.fetch(url, init),
    };
  },
  async gitea(sourceUrl, integrations) {
    const { config } = demand(integrations.gitea.byUrl(sourceUrl));
    const [name, owner] = repositoryOf(sourceUrl, integrations)
      .split('/')
      .reverse();
    const base = config.baseUrl ?? `https://${config.host}`;
    return {
      url: `${base}/api/v1/repos/${owner}/${name}`,
      headers: { ...getGiteaRequestOptions(config).headers },
    };
  },
  async bitbucketCloud(sourceUrl, integrations) {
    const { config } = demand(integrations.bitbucketCloud.byUrl(sourceUrl));
    const { headers } = await getBitbucketCloudRequestOptions(config);
    const { pathname } = new URL(repositoryOf(sourceUrl, integrations));
    return { url: `${config.apiBaseUrl}/repositories${pathname}`, headers };
  },
};

/** Opens the repository of a source URL, with the credentials of the integrations; undefined for hosts of other kinds. */
export async function openRepository(
  sourceUrl: string,
  integrations: ScmIntegrationRegistry,
  signal: AbortSignal,
): Promise<HostRepository | undefined> {
  const type = integrations.byUrl(sourceUrl)?.type ?? '';
  if (!isHostType(type)) {
    return undefined;
  }
  const api = await APIS[type](sourceUrl, integrations);
  return {
    type,
    send: (path, request) => send(api, path, request, signal),
  };
}

function isHostType(type: string): type is HostType {
  return Object.hasOwn(APIS, type);
}

function demand<T>(integration: T | undefined): T {
  if (!integration) {
    throw new RefusedError('integrations has no entry of this host');
  }
  return integration;
}

async function send(
  { fetch: ask = fetch, ...api }: Api,
  path: string,
  { body, isTaken, method }: HostRequest,
  signal: AbortSignal,
): Promise<Response> {
  const url = `${api.url}${path}`;
  const response = await ask(url, {
    method,
    headers: {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...api.headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal,
  });
  if (response.ok || isTaken?.(response)) {
    return response;
  }
  // Nothing of what it says is needed, and it may be anything.
  await response.body?.cancel();
  const { host } = new URL(url);
  const message = `${host} answered ${response.status} ${response.statusText}`;
  throw FINAL.has(response.status) && !isLimited(response)
    ? new RefusedError(message, response.status)
    : new Error(message);
}

/** Whether the host only asks for patience, which GitHub does with 403. */
function isLimited({ headers }: Response): boolean {
  return (
    headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0'
  );
}
