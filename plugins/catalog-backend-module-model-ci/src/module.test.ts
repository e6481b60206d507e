import {
  coreServices,
  createBackendPlugin,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { NotFoundError } from '@backstage/errors';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import {
  type CatalogService,
  catalogServiceRef,
} from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { unpackDefinition } from '@model-ci/backstage-plugin-model-ci-common';
import {
  NODES_TOPIC,
  PUSH_TOPIC,
  type PushEvent,
} from '@model-ci/backstage-plugin-model-ci-node';
import { json, Router } from 'express';
import catalogModuleModelCi from './index';

jest.setTimeout(60_000);

const repositoryUrl = 'http://portal.example/api/model-ci-git/house-price.git/';
const rawUrl = `${repositoryUrl}raw/main/`;

const catalogInfo = (title: string) => `
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: house-price }
spec: { type: ai-model, lifecycle: experimental, owner: ml }
---
apiVersion: model-ci.dev/v1alpha1
kind: ModelPipeline
metadata: { name: house-price, title: ${title} }
spec:
  type: training
  lifecycle: experimental
  owner: group:default/ml
  system: housing
  model: house-price
  dependsOn: [resource:default/local]
  definition:
    $yaml: ./ci/model-pipeline.yaml
`;

const definition = (command: string) =>
  `version: 1\nstages:\n  build: { run: ${command} }\n`;

const push: PushEvent = {
  id: 'push-1',
  repositoryUrl,
  branch: 'main',
  defaultBranch: 'main',
  before: 'a'.repeat(40),
  after: 'b'.repeat(40),
  pushedBy: 'user:default/guest',
};

async function eventually<T>(
  read: () => Promise<T>,
  check: (value: T) => void,
): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const value = await read();
    try {
      check(value);
      return;
    } catch (error) {
      if (Date.now() > deadline) {
        throw error;
      }
    }
    await new Promise(resolve => setImmediate(resolve));
  }
}

describe('catalogModuleModelCi', () => {
  const files = new Map<string, string>();
  const reads: string[] = [];
  let nodes: unknown[];
  let nodesStatus: number;
  const nodeReaders: string[] = [];
  const analyzed: unknown[] = [];
  let entityFiles: string[] = [];
  let stop: () => Promise<void>;
  let catalog: CatalogService;
  const events = mockServices.events();
  const scheduler = mockServices.scheduler();

  const node = (name: string) => ({
    name,
    executor: 'process',
    health: 'healthy',
    labels: {},
    capacity: { cpus: 4, memoryBytes: 8 * 2 ** 30, gpus: 0 },
    reserved: { cpus: 0, memoryBytes: 0, gpus: 0 },
    running: 0,
  });

  const readFile = (url: string) => {
    reads.push(url);
    const text = files.get(url);
    if (text === undefined) {
      throw new NotFoundError(`no ${url}`);
    }
    return Buffer.from(text);
  };

  beforeAll(async () => {
    files.set(`${rawUrl}catalog-info.yaml`, catalogInfo('One'));
    files.set(`${rawUrl}ci/model-pipeline.yaml`, definition('one'));
    nodes = [node('local')];
    nodesStatus = 200;
    const captured = createBackendPlugin({
      pluginId: 'model-ci',
      register(env) {
        env.registerInit({
          deps: {
            http: coreServices.httpRouter,
            httpAuth: coreServices.httpAuth,
            catalogService: catalogServiceRef,
          },
          async init({ http, httpAuth, catalogService }) {
            catalog = catalogService;
            const router = Router();
            router.get('/nodes', async (request, response) => {
              const { principal } = await httpAuth.credentials(request, {
                allow: ['service'],
              });
              nodeReaders.push(principal.subject);
              response.status(nodesStatus).json({ items: nodes });
            });
            router.post(
              '/repositories/analyze',
              json(),
              (request, response) => {
                analyzed.push(request.body);
                response.json({
                  entityFiles: entityFiles.map(locationUrl => ({
                    locationUrl,
                  })),
                });
              },
            );
            http.use(router);
          },
        });
      },
    });
    const backend = await startTestBackend({
      features: [
        catalogPlugin,
        catalogModuleModelCi,
        captured,
        mockServices.rootConfig.factory({
          data: {
            catalog: {
              // Nothing but the refresh after a push reads a second time.
              processingInterval: { hours: 1 },
              rules: [
                {
                  allow: ['Component', 'ModelPipeline', 'Location', 'Resource'],
                },
              ],
              locations: [
                { type: 'url', target: `${rawUrl}catalog-info.yaml` },
              ],
            },
            modelCi: {
              nodes: {
                owner: 'platform',
                schedule: {
                  frequency: { hours: 1 },
                  timeout: { minutes: 1 },
                },
              },
            },
          },
        }),
        createServiceFactory({
          service: coreServices.scheduler,
          deps: {},
          factory: () => scheduler,
        }),
        createServiceFactory({
          service: eventsServiceRef,
          deps: {},
          factory: () => events,
        }),
        mockServices.urlReader.mock({
          readUrl: async url => ({ buffer: async () => readFile(url) }),
          search: async url => ({
            etag: String(reads.length),
            files: [{ url, content: async () => readFile(url) }],
          }),
        }).factory,
      ],
    });
    stop = () => backend.stop();
  });

  afterAll(() => stop?.());

  const credentials = mockServices.auth().getOwnServiceCredentials();

  async function find(ref: string): Promise<Entity | undefined> {
    return catalog.getEntityByRef(ref, { credentials: await credentials });
  }

  it('brings a pipeline with its definition and relations into the catalog', async () => {
    await eventually(
      () => find('modelpipeline:default/house-price'),
      entity => {
        expect(entity).toMatchObject({
          metadata: { title: 'One' },
          spec: {
            definition: { version: 1, stages: { build: { run: 'one' } } },
          },
        });
        expect(
          entity?.relations?.map(({ type, targetRef }) => [type, targetRef]),
        ).toEqual(
          expect.arrayContaining([
            ['ownedBy', 'group:default/ml'],
            ['partOf', 'system:default/housing'],
            ['trains', 'component:default/house-price'],
            ['dependsOn', 'resource:default/local'],
          ]),
        );
      },
    );
    await eventually(
      () => find('component:default/house-price'),
      entity =>
        expect(entity?.relations).toContainEqual(
          expect.objectContaining({
            type: 'trainedBy',
            targetRef: 'modelpipeline:default/house-price',
          }),
        ),
    );
  });

  it('brings the nodes into the catalog, reading them as the catalog itself', async () => {
    await scheduler.triggerTask('model-ci-compute-nodes:refresh');
    await eventually(
      () => find('resource:default/local'),
      entity => {
        expect(entity?.spec).toEqual({
          type: 'compute-node',
          owner: 'group:default/platform',
        });
        expect(entity?.relations).toContainEqual(
          expect.objectContaining({
            type: 'dependencyOf',
            targetRef: 'modelpipeline:default/house-price',
          }),
        );
      },
    );
    expect(nodeReaders).toContain('plugin:catalog');
  });

  it('follows the nodes when they change, and keeps them while nobody reports them', async () => {
    nodesStatus = 500;
    await events.publish({ topic: NODES_TOPIC, eventPayload: {} });
    nodesStatus = 200;
    nodes = [{ name: 'half a node' }];
    await events.publish({ topic: NODES_TOPIC, eventPayload: {} });
    expect(await find('resource:default/local')).toBeDefined();

    nodes = [node('gpu-01')];
    await events.publish({ topic: NODES_TOPIC, eventPayload: {} });
    await eventually(
      () => find('resource:default/gpu-01'),
      entity => expect(entity).toBeDefined(),
    );
    await eventually(
      () => find('resource:default/local'),
      entity => expect(entity).toBeUndefined(),
    );
  });

  it('reads a repository again as soon as its default branch has moved', async () => {
    files.set(`${rawUrl}ci/model-pipeline.yaml`, definition('two'));
    await events.publish({ topic: PUSH_TOPIC, eventPayload: push });
    await eventually(
      () => find('modelpipeline:default/house-price'),
      entity =>
        expect(entity?.spec?.definition).toEqual({
          version: 1,
          stages: { build: { run: 'two' } },
        }),
    );

    files.set(`${rawUrl}catalog-info.yaml`, catalogInfo('Two'));
    await events.publish({ topic: PUSH_TOPIC, eventPayload: push });
    await eventually(
      () => find('modelpipeline:default/house-price'),
      entity => expect(entity?.metadata.title).toBe('Two'),
    );
  });

  it('shows an invalid definition with its errors, until a push puts it right', async () => {
    files.set(`${rawUrl}ci/model-pipeline.yaml`, 'version: 1\n');
    await events.publish({ topic: PUSH_TOPIC, eventPayload: push });
    await eventually(
      () => find('modelpipeline:default/house-price'),
      entity =>
        expect(entity).toMatchObject({
          spec: { definition: { version: 1 } },
          status: { items: [invalidDefinition('house-price')] },
        }),
    );
    files.set(`${rawUrl}ci/model-pipeline.yaml`, definition('three'));
    await events.publish({ topic: PUSH_TOPIC, eventPayload: push });
    await eventually(
      () => find('modelpipeline:default/house-price'),
      entity => {
        expect(entity?.spec?.definition).toMatchObject({
          stages: { build: { run: 'three' } },
        });
        expect(entity).not.toHaveProperty('status');
      },
    );
  });

  it.each([
    ['wrong', 'version: 1\nstages: { build: { runs: x } }\n'],
    ['text', 'later\n'],
  ])(
    'has an entity for a pipeline whose first definition is %s',
    async (name, text) => {
      const url = `http://portal.example/api/model-ci-git/${name}.git/raw/main/`;
      files.set(
        `${url}catalog-info.yaml`,
        catalogInfo('New').replaceAll('name: house-price', `name: ${name}`),
      );
      files.set(`${url}ci/model-pipeline.yaml`, text);
      await catalog.addLocation(
        { type: 'url', target: `${url}catalog-info.yaml` },
        { credentials: await credentials },
      );
      await eventually(
        () => find(`modelpipeline:default/${name}`),
        entity => {
          expect(entity).toMatchObject({
            status: { items: [invalidDefinition(name)] },
          });
          expect(entity?.relations).toContainEqual({
            type: 'ownedBy',
            targetRef: 'group:default/ml',
          });
        },
      );
    },
  );

  it('reads a location whose file came only after it was registered, as soon as it is pushed', async () => {
    const repository = 'http://portal.example/api/model-ci-git/late.git/';
    for (const place of ['catalog-info.yaml', 'deep/entities.yaml']) {
      const target = `${repository}raw/main/${place}`;
      const name = place.includes('deep') ? 'late-deep' : 'late';
      await catalog.addLocation(
        { type: 'url', target },
        { credentials: await credentials },
      );
      // The catalog has looked, found nothing, and looks again in an hour.
      await eventually(
        async () => reads.includes(target),
        found => expect(found).toBe(true),
      );
      files.set(
        target,
        `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: ${name} }\nspec: { type: ai-model, lifecycle: experimental, owner: ml }\n`,
      );
      await events.publish({
        topic: PUSH_TOPIC,
        eventPayload: { ...push, repositoryUrl: repository },
      });
      await eventually(
        () => find(`component:default/${name}`),
        entity => expect(entity).toBeDefined(),
      );
    }
  });

  it('relates a pipeline to the Resource of a data set, and has it although variables differ only in case', async () => {
    const url = 'http://portal.example/api/model-ci-git/data.git/raw/main/';
    files.set(
      `${url}catalog-info.yaml`,
      `${catalogInfo('Data').replaceAll('name: house-price', 'name: data')}---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: houses }
spec: { type: dataset, owner: ml }
`,
    );
    const text = `version: 1
datasets:
  houses: { uri: ./houses.csv, resource: houses }
stages:
  build: { run: build, env: { Path: a, PATH: b } }
`;
    files.set(`${url}ci/model-pipeline.yaml`, text);
    await catalog.addLocation(
      { type: 'url', target: `${url}catalog-info.yaml` },
      { credentials: await credentials },
    );
    await eventually(
      () => find('modelpipeline:default/data'),
      entity => {
        expect(unpackDefinition(entity?.spec?.definition)).toMatchObject({
          stages: { build: { env: { Path: 'a', PATH: 'b' } } },
        });
        expect(entity?.relations).toContainEqual({
          type: 'dependsOn',
          targetRef: 'resource:default/houses',
        });
        expect(entity).not.toHaveProperty('status');
      },
    );
    await eventually(
      () => find('resource:default/houses'),
      entity =>
        expect(entity?.relations).toContainEqual({
          type: 'dependencyOf',
          targetRef: 'modelpipeline:default/data',
        }),
    );
  });

  it('finds the entity files of a repository for the import of the catalog', async () => {
    const url = 'https://github.com/example/monorepo';
    const found = `${url}/tree/main/models/a/catalog-info.yaml`;
    files.set(
      found,
      'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: a }\nspec: { type: ai-model, lifecycle: x, owner: ml }\n',
    );
    entityFiles = [found, `${rawUrl}catalog-info.yaml`];
    const analyze = async () =>
      await catalog.analyzeLocation(
        { location: { type: 'url', target: url } },
        { credentials: await credentials },
      );
    const { existingEntityFiles, generateEntities } = await analyze();
    expect(analyzed.at(-1)).toEqual({ url });
    expect(generateEntities).toEqual([]);
    expect(
      existingEntityFiles
        .map(({ location, entity }) => [
          location.target,
          entity.kind,
          entity.metadata.name,
        ])
        .sort(),
    ).toEqual([
      [`${rawUrl}catalog-info.yaml`, 'Component', 'house-price'],
      [`${rawUrl}catalog-info.yaml`, 'ModelPipeline', 'house-price'],
      [found, 'Component', 'a'],
    ]);
    expect(existingEntityFiles[0].isRegistered).toBe(false);
    await catalog.addLocation(
      { type: 'url', target: found },
      { credentials: await credentials },
    );
    expect((await analyze()).existingEntityFiles[0].isRegistered).toBe(true);
    // Where there is none, the catalog goes on as if nobody had looked.
    entityFiles = [];
    expect((await analyze()).generateEntities).toHaveLength(1);
  });

  it('leaves repositories of the git host to the page that knows who asks', async () => {
    entityFiles = [`${rawUrl}catalog-info.yaml`];
    const before = analyzed.length;
    const { existingEntityFiles } = await catalog.analyzeLocation(
      { location: { type: 'url', target: repositoryUrl.replace(/\/$/, '') } },
      { credentials: await credentials },
    );
    expect(existingEntityFiles).toEqual([]);
    expect(analyzed).toHaveLength(before);
  });

  it('keeps the last definition when a push leaves no readable YAML', async () => {
    files.set(`${rawUrl}ci/model-pipeline.yaml`, 'stages: [');
    await events.publish({ topic: PUSH_TOPIC, eventPayload: push });
    await eventually(
      () => find('modelpipeline:default/house-price'),
      entity =>
        expect(entity).toMatchObject({
          spec: { definition: { stages: { build: { run: 'three' } } } },
          status: {
            items: [
              {
                type: 'backstage.io/catalog-processing',
                message: expect.stringContaining('Placeholder $yaml'),
              },
            ],
          },
        }),
    );
  });
});

function invalidDefinition(name: string) {
  return {
    type: 'backstage.io/catalog-processing',
    level: 'error',
    error: {
      name: 'InputError',
      message: expect.stringContaining(`modelpipeline:default/${name} has`),
    },
  };
}
