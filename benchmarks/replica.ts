/**
 * A whole backend as its clients see it: the plugin with its HTTP interface, loops and replica channel, in Backstage's test backend, where
 * who calls is not checked. In the place of a code host and a catalog it has one repository with one pipeline.
 */
import { Readable } from 'node:stream';
import {
  type BackendFeature,
  coreServices,
  createServiceFactory,
  type UrlReaderService,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { NotFoundError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { notificationService } from '@backstage/plugin-notifications-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { ModelCiClient } from '@model-ci/backstage-plugin-model-ci-common';
import type { Knex } from 'knex';
import { packFiles } from '../plugins/model-ci-backend/src/engine/testing/FakeSource';
import { modelCiPlugin } from '../plugins/model-ci-backend/src/plugin';

export const PIPELINE_REF = 'modelpipeline:default/benchmark';

const HEAD = 'c0ffee'.padEnd(40, '0');
/** Of a host without an address of its interface, so that it is asked for nothing but files. */
const REPOSITORY = 'https://git.example/example/benchmark/tree/main/';
const INTEGRATIONS = { github: [{ host: 'git.example' }] };

const CATALOG_INFO = `apiVersion: model-ci.dev/v1alpha1
kind: ModelPipeline
metadata: { name: benchmark }
spec: { definition: { $yaml: ./model-pipeline.yaml } }
`;

const PIPELINE = {
  apiVersion: 'model-ci.dev/v1alpha1',
  kind: 'ModelPipeline',
  metadata: {
    name: 'benchmark',
    namespace: 'default',
    annotations: {
      'backstage.io/managed-by-location': `url:${REPOSITORY}catalog-info.yaml`,
      'backstage.io/source-location': `url:${REPOSITORY}`,
    },
  },
  relations: [{ type: 'ownedBy', targetRef: 'group:default/ml' }],
  spec: {
    type: 'training',
    lifecycle: 'experimental',
    owner: 'group:default/ml',
    model: 'component:default/benchmark',
    definition: { version: 1, stages: { quiet: { run: 'true' } } },
  },
};

export interface Replica {
  port: number;
  client: ModelCiClient;
  stop(): Promise<void>;
}

/** `files` is what the repository has, `model-pipeline.yaml` among it. */
export async function startReplica(options: {
  db: Knex;
  config: JsonObject;
  files: Record<string, string>;
  features: BackendFeature[];
}): Promise<Replica> {
  const { db, config, features } = options;
  const files = { 'catalog-info.yaml': CATALOG_INFO, ...options.files };
  const backend = await startTestBackend({
    features: [
      modelCiPlugin,
      ...features,
      mockServices.rootConfig.factory({
        data: { ...config, integrations: INTEGRATIONS },
      }),
      createServiceFactory({
        service: coreServices.rootLogger,
        deps: {},
        factory: () => mockServices.rootLogger({ level: 'error' }),
      }),
      createServiceFactory({
        service: coreServices.database,
        deps: {},
        factory: () => ({ getClient: async () => db }),
      }),
      createServiceFactory({
        service: coreServices.urlReader,
        deps: {},
        factory: () => repositoryOf(files),
      }),
      createServiceFactory({
        service: notificationService,
        deps: {},
        factory: () => ({ send: async () => {} }),
      }),
      createServiceFactory({
        service: signalsServiceRef,
        deps: {},
        factory: () => ({ publish: async () => {} }),
      }),
      catalogServiceMock.factory({ entities: [PIPELINE] }),
    ],
  });
  const port = backend.server.port();
  return { port, client: clientOf(port), stop: () => backend.stop() };
}

/** The plugin's client, for whatever listens at a port of this machine. */
export function clientOf(port: number): ModelCiClient {
  return new ModelCiClient({
    discoveryApi: {
      getBaseUrl: async id => `http://localhost:${port}/api/${id}`,
    },
    fetchApi: {
      fetch: (input, init) => {
        const headers = new Headers(init?.headers);
        headers.set('Authorization', mockCredentials.user.header());
        return fetch(input, { ...init, headers });
      },
    },
  });
}

function repositoryOf(files: Record<string, string>): UrlReaderService {
  return {
    async readTree() {
      return {
        etag: HEAD,
        files: async () => [],
        archive: async () =>
          Readable.from([await packFiles(below('example-benchmark', files))]),
        dir: async () => {
          throw new Error('Nothing is unpacked');
        },
      };
    },
    async readUrl(url) {
      const text = files[new URL(url).pathname.split('/').slice(5).join('/')];
      if (text === undefined) {
        throw new NotFoundError(`There is no ${url}`);
      }
      return { buffer: async () => Buffer.from(text), etag: HEAD };
    },
    async search() {
      return { etag: HEAD, files: [] };
    },
  };
}

/** As hosts archive a repository. */
function below(
  folder: string,
  files: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]),
  );
}
