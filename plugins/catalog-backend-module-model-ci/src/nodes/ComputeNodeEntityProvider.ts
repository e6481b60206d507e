import type {
  AuthService,
  DiscoveryService,
  LoggerService,
  SchedulerServiceTaskRunner,
} from '@backstage/backend-plugin-api';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import type { Config } from '@backstage/config';
import { InputError, toError } from '@backstage/errors';
import type {
  EntityProvider,
  EntityProviderConnection,
} from '@backstage/plugin-catalog-node';
import { ModelCiClient } from '@model-ci/backstage-plugin-model-ci-common';
import { z } from 'zod';
import { computeNodeSchema, toResourceEntity } from './toResourceEntity';

const OWNER_KEY = 'modelCi.nodes.owner';

/** What the catalog itself writes where nobody is known to own a thing. */
const DEFAULT_OWNER = 'group:default/unknown';

/** Makes the compute nodes of Model CI Resources of the catalog. */
export class ComputeNodeEntityProvider implements EntityProvider {
  readonly #client: ModelCiClient;
  readonly #auth: AuthService;
  readonly #logger: LoggerService;
  readonly #taskRunner: SchedulerServiceTaskRunner;
  readonly #owner: string;
  #connection?: EntityProviderConnection;

  static fromConfig(
    config: Config,
    options: {
      auth: AuthService;
      discovery: DiscoveryService;
      logger: LoggerService;
      taskRunner: SchedulerServiceTaskRunner;
    },
  ): ComputeNodeEntityProvider {
    return new ComputeNodeEntityProvider({
      ...options,
      owner: readOwner(config),
    });
  }

  private constructor(options: {
    auth: AuthService;
    discovery: DiscoveryService;
    logger: LoggerService;
    taskRunner: SchedulerServiceTaskRunner;
    owner: string;
  }) {
    this.#client = new ModelCiClient({
      discoveryApi: options.discovery,
      fetchApi: { fetch },
    });
    this.#auth = options.auth;
    this.#logger = options.logger;
    this.#taskRunner = options.taskRunner;
    this.#owner = options.owner;
  }

  getProviderName(): string {
    return 'model-ci-compute-nodes';
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    this.#connection = connection;
    await this.#taskRunner.run({
      id: `${this.getProviderName()}:refresh`,
      fn: async signal => {
        await this.refreshOrWarn(signal);
      },
    });
  }

  /** Reads the nodes once and makes them the catalog's. Rejects, and leaves the catalog as it is, if they cannot be read. */
  async refresh(signal?: AbortSignal): Promise<void> {
    if (!this.#connection) {
      return;
    }
    const { token } = await this.#auth.getPluginRequestToken({
      onBehalfOf: await this.#auth.getOwnServiceCredentials(),
      targetPluginId: 'model-ci',
    });
    const nodes = z
      .array(computeNodeSchema)
      .parse(await this.#client.listNodes({ token, signal }));
    const location = `model-ci:${this.getProviderName()}`;
    await this.#connection.applyMutation({
      type: 'full',
      entities: nodes.map(node => ({
        locationKey: this.getProviderName(),
        entity: toResourceEntity(node, { owner: this.#owner, location }),
      })),
    });
  }

  /** As `refresh`, for callers to whom nobody listens. */
  async refreshOrWarn(signal?: AbortSignal): Promise<void> {
    try {
      await this.refresh(signal);
    } catch (error) {
      this.#logger.warn(
        'The compute nodes in the catalog were left as they are, because Model CI did not tell them',
        toError(error),
      );
    }
  }
}

function readOwner(config: Config): string {
  const text = config.getOptionalString(OWNER_KEY);
  if (text === undefined) {
    return DEFAULT_OWNER;
  }
  try {
    return stringifyEntityRef(
      parseEntityRef(text, {
        defaultKind: 'group',
        defaultNamespace: 'default',
      }),
    );
  } catch (error) {
    throw new InputError(
      `The configuration ${OWNER_KEY} must be an entity ref such as group:default/platform, but is ${JSON.stringify(
        text,
      )}`,
      toError(error),
    );
  }
}
