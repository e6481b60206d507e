import type {
  AuthService,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import type { AnalyzeLocationExistingEntity } from '@backstage/plugin-catalog-common';
import {
  type AnalyzeOptions,
  type CatalogService,
  locationSpecToMetadataName,
  type ScmLocationAnalyzer,
} from '@backstage/plugin-catalog-node';
import {
  ModelCiClient,
  parseEmbeddedGitUrl,
} from '@model-ci/backstage-plugin-model-ci-common';

/** Hosts that the plugin model-ci can ask about a repository, and that show anybody the same with the portal's credentials. */
const HOSTS = ['github', 'gitlab', 'gitea', 'bitbucketCloud'];

/** Entity files that are read at a time. */
const AT_ONCE = 5;

export interface RepositoryLocationAnalyzerOptions {
  auth: AuthService;
  catalog: Pick<CatalogService, 'addLocation'>;
  discovery: DiscoveryService;
  integrations: Pick<ScmIntegrationRegistry, 'byUrl'>;
}

/**
 * Finds the entity files of a repository for the catalog's own import, in all its folders and on every other host that
 * model-ci reads pipelines from; the catalog itself does so on none, and its modules on GitHub and GitLab.
 */
export class RepositoryLocationAnalyzer implements ScmLocationAnalyzer {
  readonly #options: RepositoryLocationAnalyzerOptions;
  readonly #client: ModelCiClient;

  constructor(options: RepositoryLocationAnalyzerOptions) {
    this.#options = options;
    this.#client = new ModelCiClient({
      discoveryApi: options.discovery,
      fetchApi: { fetch },
    });
  }

  /** On the portal's own git host people may read different repositories, and nobody says here who asks. */
  supports(url: string): boolean {
    if (!URL.canParse(url) || parseEmbeddedGitUrl(url)) {
      return false;
    }
    const type = this.#options.integrations.byUrl(url)?.type;
    return HOSTS.includes(type ?? '');
  }

  async analyze({
    url,
  }: AnalyzeOptions): Promise<{ existing: AnalyzeLocationExistingEntity[] }> {
    const { auth } = this.#options;
    const { token } = await auth.getPluginRequestToken({
      onBehalfOf: await auth.getOwnServiceCredentials(),
      targetPluginId: 'model-ci',
    });
    const found = await this.#client.analyzeRepository(url, { token });
    const files = found.entityFiles.map(({ locationUrl }) => locationUrl);
    const existing: AnalyzeLocationExistingEntity[] = [];
    for (let start = 0; start < files.length; start += AT_ONCE) {
      const described = await Promise.all(
        files.slice(start, start + AT_ONCE).map(file => this.#describe(file)),
      );
      existing.push(...described.flat());
    }
    return { existing };
  }

  /** As the catalog reads the file, without registering it. */
  async #describe(target: string): Promise<AnalyzeLocationExistingEntity[]> {
    const { auth, catalog } = this.#options;
    const location = { type: 'url', target };
    const { entities, exists = false } = await catalog.addLocation(
      { ...location, dryRun: true },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    // The first is the location itself.
    const own = locationSpecToMetadataName(location);
    return entities
      .filter(({ metadata }) => metadata.name !== own)
      .map(entity => ({ location, isRegistered: exists, entity }));
  }
}
