/* eslint-disable no-console */
/**
 * A storm of webhooks: how fast announcements of 200 repositories are answered and worked off, with how many queries and
 * how much memory. Each fifth repeats an earlier one, by its id or under another; a tenth starts a run.
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/deliveries.ts [announcements]
 *
 * On SQLite, and on a PostgreSQL of its own unless MODEL_CI_BENCHMARK_POSTGRES holds a connection string.
 */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import {
  coreServices,
  createServiceFactory,
  type SchedulerService,
  type ServiceRef,
  type UrlReaderService,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  DefaultEventsService,
  eventsServiceRef,
} from '@backstage/plugin-events-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import knexFactory, { type Knex } from 'knex';
import { modelCiPlugin } from '../plugins/model-ci-backend/src/plugin';
import { onSqlite, withPostgres } from './databases';
import { createTables, quiet } from './realEngine';

const ANNOUNCEMENTS = Number(process.argv[2] ?? 10_000);
const REPOSITORIES = 200;
/** Requests that the host has under way at once. */
const SENDERS = 16;
const SECRET = 'of a benchmark';
const DEFINITION = `version: 1
triggers: { push: { branches: [main] } }
stages: { train: { run: 'true', image: busybox } }
`;
/** As often as the portal looks for what is due. */
const LOOK_EVERY_MS = 30_000;

const repositoryOf = (index: number) =>
  `https://github.com/acme/r${index % REPOSITORIES}`;
const commitOf = (index: number) => index.toString(16).padStart(40, 'a');

/** Says that every commit is on every branch. */
async function startHost(): Promise<Server> {
  const server = createServer((req, res) => {
    res.setHeader('content-type', 'application/json');
    res.end(
      JSON.stringify(
        req.url?.includes('/compare/')
          ? { status: 'behind', merge_base_commit: { sha: '' } }
          : { sha: 'f'.repeat(40), commit: { message: 'Fit the line' } },
      ),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function announcementOf(index: number) {
  // A repeated one is as it was, under the id that it had or another.
  const isRepeat = index % 5 === 4;
  const own = isRepeat ? index - 4 : index;
  const branch = own % 10 === 0 ? 'main' : `feature/${own}`;
  const head = {
    id: commitOf(own),
    message: `Change ${own}`,
    ...{ added: [], removed: [], modified: ['train.py'] },
  };
  return {
    id: isRepeat && index % 2 ? `again-${index}` : `id-${own}`,
    body: JSON.stringify({
      ref: `refs/heads/${branch}`,
      ...{ before: commitOf(own + 1_000_000), after: head.id },
      ...{ created: false, deleted: false, forced: false },
      ...{ head_commit: head, commits: [head] },
      repository: {
        html_url: repositoryOf(Math.floor(own / 5)),
        default_branch: 'main',
      },
      sender: { login: 'ann' },
    }),
  };
}

function createEntity(index: number) {
  const url = `${repositoryOf(index)}/blob/main/`;
  return {
    apiVersion: 'model-ci.dev/v1alpha1',
    kind: 'ModelPipeline',
    metadata: {
      name: `r${index}`,
      namespace: 'default',
      annotations: {
        'backstage.io/managed-by-location': `url:${url}catalog-info.yaml`,
        'backstage.io/source-location': `url:${url}`,
      },
    },
    relations: [{ type: 'ownedBy', targetRef: `group:default/g${index}` }],
    spec: {
      ...{ type: 'training', lifecycle: 'experimental' },
      ...{ owner: `group:default/g${index}`, model: `component:default/m` },
      definition: {
        version: 1,
        stages: { train: { run: 'true', image: 'busybox' } },
      },
    },
  };
}

/** What repositories hold, at every commit. */
function createUrlReader(): UrlReaderService {
  const refuse = async () => {
    throw new Error('Nobody asks for that here');
  };
  return {
    readTree: refuse,
    search: refuse,
    async readUrl(url) {
      const name = /acme\/(r\d+)\//.exec(url)?.[1];
      const text = url.endsWith('catalog-info.yaml')
        ? `kind: ModelPipeline\nmetadata: { name: ${name} }\nspec: { definition: { $yaml: ./model-pipeline.yaml } }\n`
        : DEFINITION;
      return { buffer: async () => Buffer.from(text), etag: 'e' };
    },
  };
}

function provide<T>(service: ServiceRef<T, 'plugin'>, own: T) {
  return createServiceFactory({ service, deps: {}, factory: () => own });
}

async function startPortal(
  { db, other }: { db: Knex; other: Knex },
  options: { directory: string; apiBaseUrl: string },
  scheduler: SchedulerService,
) {
  const { directory, apiBaseUrl } = options;
  return await startTestBackend({
    features: [
      modelCiPlugin,
      import('@backstage/plugin-events-backend'),
      import('@backstage/plugin-events-backend-module-github'),
      mockServices.rootConfig.factory({
        data: {
          events: { modules: { github: { webhookSecret: SECRET } } },
          integrations: { github: [{ host: 'github.com', apiBaseUrl }] },
          modelCi: { storage: { directory } },
        },
      }),
      provide(coreServices.scheduler, scheduler),
      provide(coreServices.urlReader, createUrlReader()),
      provide(notificationService, { send: async () => {} }),
      provide(signalsServiceRef, { publish: async () => {} }),
      // The events backend keeps nothing that is measured here.
      createServiceFactory({
        service: coreServices.database,
        deps: { plugin: coreServices.pluginMetadata },
        factory: ({ plugin }) => ({
          getClient: async () => (plugin.getId() === 'model-ci' ? db : other),
        }),
      }),
      provide(eventsServiceRef, DefaultEventsService.create({ logger: quiet })),
      catalogServiceMock.factory({
        entities: Array.from({ length: REPOSITORIES }, (_, index) =>
          createEntity(index),
        ),
      }),
    ],
  });
}

async function sendAll(port: number): Promise<number[]> {
  const times: number[] = [];
  let next = 0;
  const send = async () => {
    while (next < ANNOUNCEMENTS) {
      const { id, body } = announcementOf(next++);
      const signature = createHmac('sha256', SECRET).update(body).digest('hex');
      const asked = performance.now();
      const { status } = await fetch(
        `http://localhost:${port}/api/events/http/github`,
        {
          method: 'POST',
          headers: {
            'Content-Type': 'application/json',
            'X-GitHub-Event': 'push',
            'X-GitHub-Delivery': id,
            'X-Hub-Signature-256': `sha256=${signature}`,
          },
          body,
        },
      );
      times.push(performance.now() - asked);
      if (status !== 202) {
        throw new Error(`Announcement ${id} was answered ${status}`);
      }
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
  return times.sort((a, b) => a - b);
}

async function countPending(db: Knex): Promise<number> {
  const [{ count }] = await db('deliveries')
    .where({ state: 'pending' })
    .count({ count: '*' });
  return Number(count);
}

async function measure(name: string, db: Knex): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'model-ci-benchmark-'));
  const host = await startHost();
  const { port } = host.address() as AddressInfo;
  const apiBaseUrl = `http://127.0.0.1:${port}`;
  const scheduler = mockServices.scheduler();
  const other = knexFactory({
    ...{ client: 'better-sqlite3', connection: ':memory:' },
    useNullAsDefault: true,
  });
  const portal = await startPortal(
    { db, other },
    { directory, apiBaseUrl },
    scheduler,
  );
  let queries = 0;
  let memory = 0;
  db.on('query', () => {
    queries += 1;
  });
  const watching = setInterval(() => {
    memory = Math.max(memory, process.memoryUsage().rss);
  }, 200);
  const looking = setInterval(() => {
    void scheduler.triggerTask('retry-deliveries');
  }, LOOK_EVERY_MS);
  try {
    await scheduler.triggerTask('sync-pipelines');
    const before = process.memoryUsage().rss;
    const started = performance.now();
    const times = await sendAll(portal.server.port());
    const sent = performance.now() - started;
    const waiting = await countPending(db);
    while ((await countPending(db)) > 0) {
      await pause(1_000);
    }
    const worked = performance.now() - started;
    const [{ runs }] = await db('runs').count({ runs: '*' });
    const [{ kept }] = await db('deliveries').count({ kept: '*' });
    const at = (part: number) => times[Math.floor(times.length * part)];
    console.log(
      [
        name,
        `${((ANNOUNCEMENTS / sent) * 1_000).toFixed(0)} answered per second`,
        `answer p50 ${at(0.5).toFixed(0)} ms, p95 ${at(0.95).toFixed(
          0,
        )} ms, longest ${times[times.length - 1].toFixed(0)} ms`,
        `${waiting} still to be worked off at the last answer, all after ${(
          worked / 1_000
        ).toFixed(0)} s`,
        `${runs} runs, ${kept} deliveries kept`,
        `${(queries / ANNOUNCEMENTS).toFixed(1)} queries for each announcement`,
        `memory ${(before / 2 ** 20).toFixed(0)} MB before, ${(
          memory /
          2 ** 20
        ).toFixed(0)} MB at most`,
      ].join('; '),
    );
  } finally {
    clearInterval(watching);
    clearInterval(looking);
    await portal.stop();
    await other.destroy();
    host.close();
    host.closeAllConnections();
    await rm(directory, { recursive: true, force: true });
  }
}

async function main() {
  await onSqlite(async db => {
    await createTables(db);
    await measure('SQLite', db);
  });
  await withPostgres(async open => {
    await measure('PostgreSQL', await open('storm'));
  });
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
