import type {
  AuthService,
  BackstageCredentials,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import { NotFoundError, ResponseError } from '@backstage/errors';
import {
  DefaultGithubCredentialsProvider,
  getBitbucketCloudRequestOptions,
  getGiteaRequestOptions,
  getGitLabIntegrationRelativePath,
  getGitLabRequestOptions,
  type ScmIntegrationRegistry,
} from '@backstage/integration';
import { GitHostClient } from '@model-ci/backstage-plugin-model-ci-common';
import { z } from 'zod';
import { askHost } from '../commits/askHost';
import type { HostType, RepositoryPlace } from './RepositoryPlace';

const GIT_PLUGIN = 'model-ci-git';

/** A repository as its host describes it now. */
export interface FoundRepository {
  /** Another one than asked for where the host has renamed or moved it. */
  url: string;
  /** Absent while it has no commits. */
  defaultBranch?: string;
}

type Finder = (
  url: string,
  integrations: ScmIntegrationRegistry,
  signal: AbortSignal,
) => Promise<FoundRepository | undefined>;

const branchSchema = z.string().min(1).max(250).nullish();
const githubSchema = z.object({
  html_url: z.url(),
  default_branch: branchSchema,
});

const findOnGithub: Finder = async (url, integrations, signal) => {
  const config = integrations.github.byUrl(url)?.config;
  if (!config?.apiBaseUrl) {
    return undefined;
  }
  const { headers } = await DefaultGithubCredentialsProvider.fromIntegrations(
    integrations,
  ).getCredentials({ url });
  // It redirects to where a repository has gone.
  const found = await askHost(
    `${config.apiBaseUrl}/repos${new URL(url).pathname}`,
    githubSchema,
    address =>
      fetch(address, {
        headers: { Accept: 'application/vnd.github+json', ...headers },
        signal,
      }),
  );
  return toFound(found.html_url, found.default_branch);
};

const findOnGitlab: Finder = async (url, integrations, signal) => {
  const integration = integrations.gitlab.byUrl(url);
  if (!integration) {
    return undefined;
  }
  const { config } = integration;
  const project = new URL(url).pathname
    .slice(getGitLabIntegrationRelativePath(config).length)
    .replace(/^\//, '');
  const found = await askHost(
    `${config.apiBaseUrl}/projects/${encodeURIComponent(
      decodeURIComponent(project),
    )}`,
    z.object({ web_url: z.url(), default_branch: branchSchema }),
    address =>
      integration.fetch(address, {
        ...getGitLabRequestOptions(config),
        signal,
      }),
  );
  return toFound(found.web_url, found.default_branch);
};

const findOnGitea: Finder = async (url, integrations, signal) => {
  const config = integrations.gitea.byUrl(url)?.config;
  if (!config) {
    return undefined;
  }
  const [name, owner] = url.split('/').reverse();
  const found = await askHost(
    `${
      config.baseUrl ?? `https://${config.host}`
    }/api/v1/repos/${owner}/${name}`,
    githubSchema.extend({ empty: z.boolean().nullish() }),
    address => fetch(address, { ...getGiteaRequestOptions(config), signal }),
  );
  return toFound(found.html_url, found.empty ? null : found.default_branch);
};

const findOnBitbucket: Finder = async (url, integrations, signal) => {
  const config = integrations.bitbucketCloud.byUrl(url)?.config;
  if (!config) {
    return undefined;
  }
  const options = await getBitbucketCloudRequestOptions(config);
  const found = await askHost(
    `${config.apiBaseUrl}/repositories${new URL(url).pathname}`,
    z.object({
      links: z.object({ html: z.object({ href: z.url() }) }),
      mainbranch: z.object({ name: branchSchema }).nullish(),
    }),
    address => fetch(address, { ...options, signal }),
  );
  return toFound(found.links.html.href, found.mainbranch?.name);
};

const FINDERS: Record<HostType, Finder> = {
  github: findOnGithub,
  gitlab: findOnGitlab,
  gitea: findOnGitea,
  bitbucketCloud: findOnBitbucket,
};

export interface RepositoryFinderOptions {
  auth: AuthService;
  discovery: DiscoveryService;
  integrations: ScmIntegrationRegistry;
}

/** Asks code hosts about repositories, by the integrations of app-config, and the embedded host about its own. */
export class RepositoryFinder {
  readonly #options: RepositoryFinderOptions;
  readonly #git: GitHostClient;

  constructor(options: RepositoryFinderOptions) {
    this.#options = options;
    this.#git = new GitHostClient({
      discoveryApi: options.discovery,
      fetchApi: { fetch },
    });
  }

  /**
   * The repository; undefined on a host that cannot be asked. Rejects with a `NotFoundError` if there is none, or none
   * that the portal, or on the embedded host the caller, may read.
   */
  async find(
    place: RepositoryPlace,
    signal: AbortSignal,
    onBehalfOf?: BackstageCredentials,
  ): Promise<FoundRepository | undefined> {
    return place.host === 'embedded'
      ? await this.#findEmbedded(place, signal, onBehalfOf)
      : await FINDERS[place.host](
          place.url,
          this.#options.integrations,
          signal,
        );
  }

  async #findEmbedded(
    place: RepositoryPlace & { host: 'embedded' },
    signal: AbortSignal,
    onBehalfOf?: BackstageCredentials,
  ): Promise<FoundRepository> {
    const { auth, discovery } = this.#options;
    const missing = new NotFoundError(`No repository ${place.repository}`);
    if (place.gitBaseUrl !== (await discovery.getExternalBaseUrl(GIT_PLUGIN))) {
      throw missing;
    }
    const { token } = await auth.getPluginRequestToken({
      onBehalfOf: onBehalfOf ?? (await auth.getOwnServiceCredentials()),
      targetPluginId: GIT_PLUGIN,
    });
    const options = { token, signal };
    try {
      const { defaultBranch } = await this.#git.getRepository(
        place.repository,
        options,
      );
      const branches = await this.#git.listBranches(place.repository, options);
      return {
        url: place.url,
        ...(branches.some(({ name }) => name === defaultBranch) && {
          defaultBranch,
        }),
      };
    } catch (error) {
      if (
        error instanceof ResponseError &&
        [400, 403, 404].includes(error.statusCode)
      ) {
        throw missing;
      }
      throw error;
    }
  }
}

function toFound(
  url: string,
  defaultBranch: string | null | undefined,
): FoundRepository {
  return {
    url: url.replace(/\/+$/, '').replace(/\.git$/, ''),
    ...(defaultBranch && { defaultBranch }),
  };
}
