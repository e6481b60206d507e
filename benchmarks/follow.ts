/* eslint-disable no-console */
/**
 * How late a line of a log reaches a follower over HTTP, counted from when a stage of the process executor
 * writes it: with the backend that runs the stage, and with another replica of it. Then what many followers ask of the
 * database on the other replica, beside one follower: its queries in a second, while nothing is written and while a line is every 100 ms.
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/follow.ts [lines] [followers]
 *
 * Brings its own PostgreSQL, unless MODEL_CI_BENCHMARK_POSTGRES holds a connection string.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackendModule } from '@backstage/backend-plugin-api';
import { ProcessExecutor } from '@model-ci/backstage-plugin-model-ci-backend-module-process';
import type { ModelCiClient } from '@model-ci/backstage-plugin-model-ci-common';
import {
  type Executor,
  executorsExtensionPoint,
} from '@model-ci/backstage-plugin-model-ci-node';
import knexFactory, { type Knex } from 'knex';
import { withPostgres } from './databases';
import { PIPELINE_REF, startReplica, type Replica } from './replica';

const LINES = Number(process.argv[2] ?? 300);
const FOLLOWERS = Number(process.argv[3] ?? 100);
/** For so long queries are counted. */
const COUNTED_SECONDS = 10;

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

/** A replica of the backend that has these executors. */
async function start(
  db: Knex,
  directory: string,
  executors: Executor[],
): Promise<Replica> {
  return await startReplica({
    db,
    files: FILES,
    config: {
      modelCi: {
        storage: { directory },
        limits: { user: { followers: 2 * FOLLOWERS } },
      },
    },
    features: [
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
    ],
  });
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
    delays.push(
      ...lines
        // The portal names each command before the stage runs it.
        .filter(line => !line.startsWith('##['))
        .map(line => readAt - Number(line) / 1e6),
    );
  }
  if (delays.length !== LINES || delays.some(Number.isNaN)) {
    throw new Error(`${delays.length} of ${LINES} lines were read`);
  }
  return delays.sort((a, b) => a - b);
}

const pause = (seconds: number) =>
  new Promise(resolve => setTimeout(resolve, seconds * 1000));

/** How often a replica asks the database in a second. */
async function countQueries(db: Knex): Promise<string> {
  let queries = 0;
  const count = () => queries++;
  db.on('query', count);
  await pause(COUNTED_SECONDS / 2);
  db.off('query', count);
  return (queries / (COUNTED_SECONDS / 2)).toFixed(1);
}

/** Follows a log many times over on the other replica, while nothing is written and while something is. */
async function countFollowed(
  db: Knex,
  client: ModelCiClient,
  runId: string,
  followers: number,
): Promise<void> {
  let firstLine: () => void;
  const writes = new Promise<void>(resolve => {
    firstLine = resolve;
  });
  const followed = Array.from({ length: followers }, async () => {
    for await (const { text } of client.followLog(runId, 'followed')) {
      if (text.startsWith('0\n')) firstLine();
    }
  });
  await pause(3);
  const silent = await countQueries(db);
  await writes;
  const written = await countQueries(db);
  console.log(
    `${followers} on the other replica: ${silent} queries a second of a silent log, ${written} of a line each 100 ms`,
  );
  await Promise.all(followed);
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
  const same = await start(db, store, [executor]);
  const other = await start(otherDb, store, []);
  const { id } = await same.client.startRun(PIPELINE_REF, {});
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
  console.log(
    `Nobody follows: ${await countQueries(otherDb)} queries a second`,
  );
  for (const followers of [1, FOLLOWERS]) {
    const counted = await same.client.startRun(PIPELINE_REF, {});
    await started(same.client, counted.id, 'followed');
    await countFollowed(otherDb, other.client, counted.id, followers);
  }
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
