import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import {
  ANNOTATION_LOCATION,
  type Entity,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import {
  type CatalogService,
  type EntityProvider,
  type EntityProviderConnection,
  locationSpecToMetadataName,
} from '@backstage/plugin-catalog-node';
import type { EventParams } from '@backstage/plugin-events-node';
import { MODEL_PIPELINE_KIND } from '@model-ci/backstage-plugin-model-ci-common';
import {
  type PushEvent,
  pushEventSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import { modelPipelineRefreshKey } from '../pipelines/refreshKey';

const LOCATION_FIELD = `metadata.annotations.${ANNOTATION_LOCATION}`;

/**
 * Makes the catalog read a repository again as soon as its default branch has moved. It provides no entities: being a
 * provider is how a module reaches the refresh by keys.
 */
export class PushRefreshProvider implements EntityProvider {
  readonly #catalog: CatalogService;
  readonly #auth: AuthService;
  readonly #logger: LoggerService;
  #connection?: EntityProviderConnection;

  constructor(options: {
    catalog: CatalogService;
    auth: AuthService;
    logger: LoggerService;
  }) {
    this.#catalog = options.catalog;
    this.#auth = options.auth;
    this.#logger = options.logger;
  }

  getProviderName(): string {
    return 'model-ci-push-refresh';
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    this.#connection = connection;
  }

  async onPush(params: EventParams): Promise<void> {
    const result = pushEventSchema.safeParse(params.eventPayload);
    if (!result.success) {
      this.#logger.warn(
        `An event on topic ${params.topic} was ignored, because it is no push: ${result.error.message}`,
      );
      return;
    }
    const push = result.data;
    if (push.branch !== push.defaultBranch || push.after === undefined) {
      return;
    }
    const keys = await this.#findRefreshKeys(push);
    await this.#connection?.refresh({ keys });
    await this.#refreshLocations(push);
    this.#logger.debug(
      `The catalog reads ${push.repositoryUrl} again at ${push.after}`,
      { keys: keys.length },
    );
  }

  /**
   * Looks again at what is registered of the repository. A location whose file could not be read so far has no keys
   * and no entities: only by itself can it be found.
   */
  async #refreshLocations(push: PushEvent): Promise<void> {
    const credentials = await this.#auth.getOwnServiceCredentials();
    // One that app-config names is not listed.
    const targets = new Set([conventionalFile(push)]);
    const pages = this.#catalog.streamLocations({}, { credentials });
    for await (const locations of pages) {
      locations
        .filter(({ target }) => target.startsWith(push.repositoryUrl))
        .forEach(({ target }) => targets.add(target));
    }
    for (const target of targets) {
      const name = locationSpecToMetadataName({ type: 'url', target });
      try {
        await this.#catalog.refreshEntity(`location:default/${name}`, {
          credentials,
        });
      } catch (error) {
        this.#logger.debug(`Location ${target} is not read again: ${error}`);
      }
    }
  }

  async #findRefreshKeys(push: PushEvent): Promise<string[]> {
    const { repositoryUrl } = push;
    const prefix = `url:${repositoryUrl}`;
    const keys = new Set([`url:${conventionalFile(push)}`]);
    const pages = this.#catalog.streamEntities(
      {
        fullTextFilter: { term: prefix, fields: [LOCATION_FIELD] },
        fields: [
          'kind',
          'metadata.namespace',
          'metadata.name',
          'metadata.annotations',
        ],
      },
      { credentials: await this.#auth.getOwnServiceCredentials() },
    );
    for await (const entities of pages) {
      entities
        .flatMap(entity => refreshKeysOf(entity, prefix))
        .forEach(key => keys.add(key));
    }
    return [...keys];
  }
}

/** Where projects keep their entities, unless they say otherwise. */
function conventionalFile({ repositoryUrl, branch }: PushEvent): string {
  return `${repositoryUrl}raw/${encodeURIComponent(branch)}/catalog-info.yaml`;
}

/** The file that the entity came from, and for a pipeline also the files that its definition came from. */
function refreshKeysOf(entity: Entity, prefix: string): string[] {
  const location = entity.metadata.annotations?.[ANNOTATION_LOCATION];
  // The catalog's text filter finds the text anywhere and in any case.
  if (!location?.startsWith(prefix)) {
    return [];
  }
  return entity.kind === MODEL_PIPELINE_KIND
    ? [location, modelPipelineRefreshKey(stringifyEntityRef(entity))]
    : [location];
}
