import type {
  AuthService,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import {
  RELATION_CHILD_OF,
  RELATION_HAS_MEMBER,
  RELATION_MEMBER_OF,
  RELATION_PARENT_OF,
} from '@backstage/catalog-model';
import { ResponseError } from '@backstage/errors';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import {
  GitHostClient,
  parseEmbeddedGitUrl,
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';

const GIT_PLUGIN = 'model-ci-git';

/** Relations between a group and who belongs to it, either way. */
const BELONGING = [
  RELATION_MEMBER_OF,
  RELATION_HAS_MEMBER,
  RELATION_CHILD_OF,
  RELATION_PARENT_OF,
];

/** Says whose repositories the owner of a pipeline may have run. */
export interface RepositoryOwners {
  /** Why the owner of a pipeline may not run what is at a source URL; undefined where nothing speaks against it. */
  refusal(
    sourceUrl: string,
    pipelineOwner: string,
  ): Promise<Reason | undefined>;
}

/**
 * The owners of repositories on the embedded git host. Its files are read in the backend's own name, so that the git
 * host cannot tell for whom: the pipeline's owner must be the repository's, belong to it or be above it. Other hosts do
 * not say who owns a repository in the catalog's words; there the location of the entity alone decides.
 */
export class EmbeddedRepositoryOwners implements RepositoryOwners {
  readonly #client: GitHostClient;

  constructor(
    private readonly options: {
      auth: AuthService;
      catalog: CatalogService;
      discovery: DiscoveryService;
    },
  ) {
    this.#client = new GitHostClient({
      discoveryApi: options.discovery,
      fetchApi: { fetch },
    });
  }

  async refusal(
    sourceUrl: string,
    pipelineOwner: string,
  ): Promise<Reason | undefined> {
    const location = parseEmbeddedGitUrl(sourceUrl);
    const { discovery } = this.options;
    if (
      location?.gitBaseUrl !== (await discovery.getExternalBaseUrl(GIT_PLUGIN))
    ) {
      return undefined;
    }
    const { repository } = location;
    const repositoryOwner = await this.#ownerOf(repository);
    if (repositoryOwner === undefined) {
      return reason('source.noRepository', { repository });
    }
    return (await this.#belongTogether(pipelineOwner, repositoryOwner))
      ? undefined
      : reason('source.foreign', {
          repository,
          repositoryOwner,
          pipelineOwner,
        });
  }

  async #ownerOf(repository: string): Promise<string | undefined> {
    const { auth } = this.options;
    const { token } = await auth.getPluginRequestToken({
      onBehalfOf: await auth.getOwnServiceCredentials(),
      targetPluginId: GIT_PLUGIN,
    });
    try {
      const { owner } = await this.#client.getRepository(repository, { token });
      return owner.toLocaleLowerCase('en-US');
    } catch (error) {
      if (error instanceof ResponseError && error.statusCode === 404) {
        return undefined;
      }
      throw error;
    }
  }

  async #belongTogether(one: string, other: string): Promise<boolean> {
    if (one === other) {
      return true;
    }
    const { auth, catalog } = this.options;
    const entity = await catalog.getEntityByRef(one, {
      credentials: await auth.getOwnServiceCredentials(),
    });
    return (entity?.relations ?? []).some(
      ({ type, targetRef }) =>
        BELONGING.includes(type) &&
        targetRef.toLocaleLowerCase('en-US') === other,
    );
  }
}
