/* eslint-disable no-console */
/**
 * How late a line of a log reaches a follower over HTTP, counted from when a stage of the process executor
 * writes it: with the backend that runs the stage, and with another replica of it. Then what many followers ask of the
 * database on the other replica: its queries in a second, while nothing is written and while a line is every 100 ms.
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/follow.ts [lines] [followers]
 *
 * Brings its own PostgreSQL, unless MODEL_CI_BENCHMARK_POSTGRES holds a connection string.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  coreServices,
  createBackendModule,
  createServiceFactory,
  type UrlReaderService,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { notificationService } from '@backstage/plugin-notifications-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { ProcessExecutor } from '@model-ci/backstage-plugin-model-ci-backend-module-process';
import { ModelCiClient } from '@model-ci/backstage-plugin-model-ci-common';
import {
  type Executor,
  executorsExtensionPoint,
} from '@model-ci/backstage-plugin-model-ci-node';
import knexFactory, { type Knex } from 'knex';
import { modelCiPlugin } from '../plugins/model-ci-backend/src/plugin';
import { withPostgres } from './databases';

const PIPELINE = {
  apiVersion: 'model-ci.dev/v1alpha1',
  kind: 'ModelPipeline',
  metadata: {
    name: 'benchmark',
    namespace: 'default',
    annotations: {
      'backstage.io/managed-by-location':
        'url:https://github.com/example/benchmark/blob/main/catalog-info.yaml',
      'backstage.io/source-location':
        'url:https://github.com/example/benchmark/tree/main/',
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

const LINES = Number(process.argv[2] ?? 300);
const FOLLOWERS = Number(process.argv[3] ?? 100);
/** For so long queries are counted. */
const COUNTED_SECONDS = 10;
const HEAD = 'c0ffee'.padEnd(40, '0');

/** Writes the time with each line; the pauses meet every phase of whoever looks at intervals. */
function script(pause: number): string {
  return [
    'import random, sys, time',
    `for i in range(${LINES}):`,
    `    time.sleep(random.uniform(0.5, 1.5) * ${pause})`,
    '    print(time.time_ns(), flush=True)',
  ].join('\n');
}

const STAGES = [
  { name: 'quiet', says: 'a line each 100 ms', pause: 0.1 },
  { name: 'talkative', says: 'a line each 5 ms', pause: 0.005 },
];

/** Says nothing, then a line each 100 ms, and ends when nobody counts any more. */
const SILENT = `sleep ${
  2 * COUNTED_SECONDS
}; i=0; while [ $i -lt ${COUNTED_SECONDS}0 ]; do echo $i; i=$((i+1)); sleep 0.1; done; sleep 1`;

const FILES: Record<string, string> = {
  'model-pipeline.yaml': `version: 1\nstages:\n${STAGES.map(
    ({ name }) => `  ${name}: { run: python3 ${name}.py }\n`,
  ).join('')}  followed: { run: '${SILENT}' }\n`,
  ...Object.fromEntries(
    STAGES.map(({ name, pause }) => [`${name}.py`, script(pause)]),
  ),
};

/** Stands for a code host with one repository. */
const repository: UrlReaderService = {
  async readTree() {
    return {
      etag: HEAD,
      files: async () => [],
      archive: async () => {
        throw new Error('There is no archive');
      },
      async dir(options) {
        const folder = options?.targetDir ?? '';
        await mkdir(folder, { recursive: true });
        for (const [name, text] of Object.entries(FILES)) {
          await writeFile(join(folder, name), text);
        }
        return folder;
      },
    };
  },
  async readUrl() {
    throw new Error('Files are not read one by one');
  },
  async search() {
    return { etag: HEAD, files: [] };
  },
};

/** A replica of the backend, as its client sees it. */
async function startReplica(
  db: Knex,
  directory: string,
  executors: Executor[],
): Promise<{ client: ModelCiClient; stop(): Promise<void> }> {
  const backend = await startTestBackend({
    features: [
      modelCiPlugin,
      createBackendModule({
        pluginId: 'model-ci',
        moduleId: 'benchmark',
        register(env) {
          env.registerInit({
            deps: { point: executorsExtensionPoint },
            async init({ point }) {
              executors.forEach(executor => point.addExecutor(executor));
            },
          });
        },
      }),
      mockServices.rootConfig.factory({
        data: {
          modelCi: {
            storage: { directory },
            limits: { user: { followers: 2 * FOLLOWERS } },
          },
        },
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
        factory: () => repository,
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
  const client = new ModelCiClient({
    discoveryApi: {
      getBaseUrl: async id =>
        `http://localhost:${backend.server.port()}/api/${id}`,
    },
    fetchApi: {
      fetch: (input, init) => {
        const headers = new Headers(init?.headers);
        headers.set('Authorization', mockCredentials.user.header());
        return fetch(input, { ...init, headers });
      },
    },
  });
  return { client, stop: () => backend.stop() };
}

/** Milliseconds from the writing of each line until it was read here. */
async function follow(
  client: ModelCiClient,
  runId: string,
  stage: string,
): Promise<number[]> {
  const delays: number[] = [];
  let rest = '';
  for await (const { text } of client.followLog(runId, stage)) {
    const readAt = performance.timeOrigin + performance.now();
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    delays.push(...lines.map(line => readAt - Number(line) / 1e6));
  }
  if (delays.length !== LINES || delays.some(Number.isNaN)) {
    throw new Error(`${delays.length} of ${LINES} lines were read`);
  }
  return delays.sort((a, b) => a - b);
}

/** Follows a log many times over; answers how often the replica asked the database in a second, by what was written. */
async function countQueries(
  db: Knex,
  client: ModelCiClient,
  runId: string,
): Promise<void> {
  let queries = 0;
  const pause = (seconds: number) =>
    new Promise(resolve => setTimeout(resolve, seconds * 1000));
  let firstLine: () => void;
  const writes = new Promise<void>(resolve => {
    firstLine = resolve;
  });
  const followers = Array.from({ length: FOLLOWERS }, async () => {
    for await (const { text } of client.followLog(runId, 'followed')) {
      if (text.startsWith('0\n')) firstLine();
    }
  });
  await pause(3);
  db.on('query', () => queries++);
  const count = async (what: string) => {
    const before = queries;
    await pause(COUNTED_SECONDS / 2);
    console.log(
      `${FOLLOWERS} followers of ${what} on the other replica: ${(
        (queries - before) /
        (COUNTED_SECONDS / 2)
      ).toFixed(1)} queries a second`,
    );
  };
  await count('a silent log');
  await writes;
  await count('a line each 100 ms');
  await Promise.all(followers);
}

async function measure(
  db: Knex,
  otherDb: Knex,
  directory: string,
): Promise<void> {
  const executor = new ProcessExecutor({
    directory: join(directory, 'process'),
    node: {
      name: 'local',
      labels: {},
      capacity: { cpus: 8, memoryBytes: 2 ** 33 },
    },
  });
  const store = join(directory, 'artifacts');
  const same = await startReplica(db, store, [executor]);
  const other = await startReplica(otherDb, store, []);
  const { id } = await same.client.startRun(
    'modelpipeline:default/benchmark',
    {},
  );
  for (const { name } of STAGES) await started(same.client, id, name);
  await Promise.all(
    STAGES.flatMap(({ name, says }) =>
      Object.entries({ same, other }).map(async ([where, { client }]) => {
        const delays = await follow(client, id, name);
        const quantile = (q: number) =>
          delays[Math.floor(q * delays.length)].toFixed(0);
        console.log(
          `${says}, the ${where} replica: p50 ${quantile(
            0.5,
          )} ms, p95 ${quantile(0.95)} ms, longest ${quantile(0.9999)} ms`,
        );
      }),
    ),
  );
  const counted = await same.client.startRun(
    'modelpipeline:default/benchmark',
    {},
  );
  await started(same.client, counted.id, 'followed');
  await countQueries(otherDb, other.client, counted.id);
  await Promise.all([same.stop(), other.stop()]);
}

/** Waits until there is an attempt that can be followed. */
async function started(
  client: ModelCiClient,
  runId: string,
  stage: string,
): Promise<void> {
  for (;;) {
    const run = await client.getRun(runId);
    if (run.definitionErrors.length > 0)
      throw new Error(JSON.stringify(run.definitionErrors));
    if (run.stages.find(({ name }) => name === stage)?.attempts.length) return;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'model-ci-benchmark-'));
  try {
    await withPostgres(async open => {
      const db = await open('follow');
      await measure(db, knexFactory(db.client.config), directory);
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

main().then(
  () => process.exit(),
  error => {
    console.error(error);
    process.exit(1);
  },
);
