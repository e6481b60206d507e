import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createBackendModule,
  createServiceFactory,
  type AuditorServiceCreateEventOptions,
  coreServices,
  type BackendFeature,
  type PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  type TestBackend,
} from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import type { JsonObject } from '@backstage/types';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  type EventParams,
  type EventsService,
  eventsServiceRef,
} from '@backstage/plugin-events-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import type { Knex } from 'knex';
import { ModelCiClient } from '@model-ci/backstage-plugin-model-ci-common';
import {
  type ArtifactStore,
  artifactStoreExtensionPoint,
  type Executor,
  executorsExtensionPoint,
} from '@model-ci/backstage-plugin-model-ci-node';
import { modelPipelineConditions } from '../../permissions/rules';
import { modelCiPlugin } from '../../plugin';
import { CodeHost } from './CodeHost';
import { createUrlReader } from './createUrlReader';

/** The pipelines of the catalog, with their owners. */
export const OWNERS = {
  'modelpipeline:default/mine': 'group:default/ml',
  'modelpipeline:default/other': 'group:default/risk',
} satisfies Record<string, string>;

/** What callers may do. Everything, until a test says otherwise. */
export class TestPolicy implements PermissionsService {
  /** Names of permissions that nobody has. */
  denied: string[] = [];
  /** Restricts everything to the pipelines of these owners. */
  owners?: string[];
  /** Groups that callers are in. */
  groups: string[] = [];

  reset() {
    this.groups = [];
    this.denied = [];
    this.owners = undefined;
  }

  authorize: PermissionsService['authorize'] = async requests =>
    requests.map(({ permission, resourceRef }) => {
      const owner = Object.entries(OWNERS).find(
        ([ref]) => ref === resourceRef,
      )?.[1];
      const isRestricted =
        this.owners !== undefined && permission.type === 'resource';
      const isDenied =
        this.denied.includes(permission.name) ||
        (isRestricted &&
          (owner === undefined || !this.owners?.includes(owner)));
      return {
        result: isDenied ? AuthorizeResult.DENY : AuthorizeResult.ALLOW,
      };
    });

  authorizeConditional: PermissionsService['authorizeConditional'] =
    async requests =>
      requests.map(({ permission }) => {
        if (this.denied.includes(permission.name)) {
          return { result: AuthorizeResult.DENY };
        }
        return this.owners
          ? {
              result: AuthorizeResult.CONDITIONAL,
              pluginId: 'model-ci',
              resourceType: 'model-ci-pipeline',
              conditions: modelPipelineConditions.isOwner({
                owners: this.owners,
              }),
            }
          : { result: AuthorizeResult.ALLOW };
      });
}

/** Hands what is published to who has subscribed, and waits until it was handled. */
export class TestEvents implements EventsService {
  readonly #subscribers: Array<Parameters<EventsService['subscribe']>[0]> = [];

  async subscribe(options: Parameters<EventsService['subscribe']>[0]) {
    this.#subscribers.push(options);
  }

  async publish(event: EventParams) {
    for (const { topics, onEvent } of this.#subscribers) {
      if (topics.includes(event.topic)) {
        await onEvent(event);
      }
    }
  }
}

/** One event of the auditor, with how it ended. */
export interface AuditRecord {
  id: string;
  severity?: string;
  meta: JsonObject;
  /** What the auditor could see, and would ask Backstage about. */
  authorization?: string;
  outcome?: 'success' | 'failure';
  error?: string;
}

/** A backend with the plugin, over a database of the test. */
export class TestPortal {
  readonly policy = new TestPolicy();
  readonly audit: AuditRecord[] = [];
  readonly notifications = { send: jest.fn(async () => {}) };
  readonly signals = { publish: jest.fn(async () => {}) };
  readonly events = new TestEvents();

  private constructor(
    readonly backend: TestBackend,
    readonly db: Knex,
    private readonly directory: string,
    readonly codeHost: CodeHost,
    parts: Pick<
      TestPortal,
      'policy' | 'audit' | 'notifications' | 'signals' | 'events'
    >,
  ) {
    Object.assign(this, parts);
  }

  get server() {
    return this.backend.server;
  }

  get baseUrl() {
    return `http://localhost:${this.backend.server.port()}/api/model-ci`;
  }

  static async start(options: {
    db: Knex;
    executors?: Executor[];
    config?: JsonObject;
    /** Instead of a folder. */
    artifactStore?: ArtifactStore;
    /** Files of every repository. */
    files?: Record<string, string>;
    /** Further plugins of the backend. */
    features?: BackendFeature[];
    /** Beside those that `OWNERS` names. */
    entities?: Entity[];
    /** Keys of app-config beside `modelCi`, given the address of the code host's interface. */
    rootConfig?(apiBaseUrl: string): JsonObject;
  }): Promise<TestPortal> {
    const { db } = options;
    const directory = await mkdtemp(join(tmpdir(), 'model-ci-http-'));
    const policy = new TestPolicy();
    const audit: AuditRecord[] = [];
    const notifications = { send: jest.fn(async () => {}) };
    const signals = { publish: jest.fn(async () => {}) };
    const events = new TestEvents();
    const codeHost = await CodeHost.start();
    const backend = await startTestBackend({
      features: [
        modelCiPlugin,
        ...(options.features ?? []),
        createBackendModule({
          pluginId: 'model-ci',
          moduleId: 'test-executors',
          register(env) {
            env.registerInit({
              deps: {
                executors: executorsExtensionPoint,
                stores: artifactStoreExtensionPoint,
              },
              async init({ executors, stores }) {
                if (options.artifactStore) {
                  stores.setArtifactStore(options.artifactStore);
                }
                options.executors?.forEach(executor =>
                  executors.addExecutor(executor),
                );
              },
            });
          },
        }),
        mockServices.rootConfig.factory({
          data: {
            integrations: {
              github: [{ host: 'github.com', apiBaseUrl: codeHost.apiBaseUrl }],
            },
            modelCi: {
              storage: { directory },
              environments: [
                { name: 'staging', title: 'Staging', executor: 'process' },
              ],
              ...options.config,
            },
            ...options.rootConfig?.(codeHost.apiBaseUrl),
          },
        }),
        createServiceFactory({
          service: coreServices.database,
          deps: {},
          factory: () => ({ getClient: async () => db }),
        }),
        createServiceFactory({
          service: coreServices.permissions,
          deps: {},
          factory: () => policy,
        }),
        createServiceFactory({
          service: coreServices.userInfo,
          deps: {},
          factory: () => ({
            getUserInfo: async () => ({
              userEntityRef: 'user:default/mock',
              ownershipEntityRefs: ['user:default/mock', ...policy.groups],
            }),
          }),
        }),
        createServiceFactory({
          service: coreServices.auditor,
          deps: {},
          factory: () => ({
            createEvent: async event => recordEvent(audit, event),
          }),
        }),
        createServiceFactory({
          service: notificationService,
          deps: {},
          factory: () => notifications,
        }),
        createServiceFactory({
          service: signalsServiceRef,
          deps: {},
          factory: () => signals,
        }),
        createServiceFactory({
          service: coreServices.urlReader,
          deps: {},
          factory: () => createUrlReader(options.files ?? {}),
        }),
        createServiceFactory({
          service: eventsServiceRef,
          deps: {},
          factory: () => events,
        }),
        catalogServiceMock.factory({
          entities: [
            ...Object.entries(OWNERS).map(([ref, owner]) =>
              createPipelineEntity(ref.split('/')[1], owner),
            ),
            ...(options.entities ?? []),
          ],
        }),
      ],
    });
    return new TestPortal(backend, db, directory, codeHost, {
      policy,
      audit,
      notifications,
      signals,
      events,
    });
  }

  async stop(): Promise<void> {
    await this.backend.stop();
    await this.codeHost.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** The client over real HTTP, in the name of a user. */
  get client(): ModelCiClient {
    return new ModelCiClient({
      discoveryApi: { getBaseUrl: async () => this.baseUrl },
      fetchApi: {
        fetch: (input, init) =>
          fetch(input, {
            ...init,
            headers: {
              ...Object.fromEntries(new Headers(init?.headers)),
              Authorization: mockCredentials.user.header(),
            },
          }),
      },
    });
  }

  /** Where the file system store keeps its bytes. */
  get artifactDirectory() {
    return this.directory;
  }
}

export function createPipelineEntity(name: string, owner: string): Entity {
  return {
    apiVersion: 'model-ci.dev/v1alpha1',
    kind: 'ModelPipeline',
    metadata: {
      name,
      namespace: 'default',
      annotations: {
        'backstage.io/managed-by-location': `url:https://github.com/example/${name}/blob/main/catalog-info.yaml`,
        'backstage.io/source-location': `url:https://github.com/example/${name}/tree/main/`,
      },
    },
    relations: [{ type: 'ownedBy', targetRef: owner }],
    spec: {
      type: 'training',
      lifecycle: 'experimental',
      owner,
      model: `component:default/${name}`,
      definition: {
        version: 1,
        stages: { train: { run: 'true', image: 'busybox' } },
      },
    },
  };
}

function recordEvent(
  audit: AuditRecord[],
  event: AuditorServiceCreateEventOptions,
) {
  const record: AuditRecord = {
    id: event.eventId,
    severity: event.severityLevel,
    meta: { ...event.meta },
    ...(event.request?.headers.authorization && {
      authorization: event.request.headers.authorization,
    }),
  };
  audit.push(record);
  return {
    async success(options?: { meta?: JsonObject }) {
      Object.assign(record.meta, options?.meta);
      record.outcome = 'success';
    },
    async fail(options: { meta?: JsonObject; error: Error }) {
      Object.assign(record.meta, options.meta);
      record.outcome = 'failure';
      record.error = options.error.name;
    },
  };
}
