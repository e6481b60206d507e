/**
 * How long the engine takes from one sequential stage to the next, and how many stages it finishes per second,
 * with an executor that does nothing.
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/handoff.ts
 *
 * Runs on SQLite in a file, and on PostgreSQL where MODEL_CI_BENCHMARK_POSTGRES holds a connection string; what
 * it makes there lies in a schema of its own, which is dropped at the end.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { LoggerService } from '@backstage/backend-plugin-api';
import knexFactory, { type Knex } from 'knex';
import { DEFAULT_ENGINE_CONFIG } from '../plugins/model-ci-backend/src/engine/config';
import { Engine } from '../plugins/model-ci-backend/src/engine/Engine';
import {
  FakeExecutor,
  fakeNode,
} from '../plugins/model-ci-backend/src/engine/testing/FakeExecutor';
import {
  FAKE_COMMIT,
  FAKE_SOURCE_URL,
  FakeSource,
} from '../plugins/model-ci-backend/src/engine/testing/FakeSource';
import { MemoryArtifactStore } from '../plugins/model-ci-backend/src/engine/testing/MemoryArtifactStore';
import { registerVersion } from '../plugins/model-ci-backend/src/database/operations/versions/registerVersion';
import { collectResults } from '../plugins/model-ci-backend/src/evaluations/collectResults';
import { insertResults } from '../plugins/model-ci-backend/src/evaluations/insertResults';
import { RunService } from '../plugins/model-ci-backend/src/runs/RunService';

const CHAIN = 40;
const CHAINS = 5;
const WIDTH = 100;
const WIDE_RUNS = 10;

const quiet: LoggerService = {
  error: (message, meta) => console.error(message, meta ?? ''),
  warn: message => console.warn(message),
  info: () => {},
  debug: () => {},
  child: () => quiet,
};

async function measure(name: string, db: Knex): Promise<void> {
  await db.migrate.latest({
    directory: resolve(__dirname, '../plugins/model-ci-backend/migrations'),
  });
  const source = new FakeSource({});
  const store = new MemoryArtifactStore();
  const submitted = new Map<string, number[]>();
  const executor = new FakeExecutor({
    nodes: [fakeNode('bench', { cpus: 64 })],
    script: task => {
      const times = submitted.get(task.spec.runId) ?? [];
      submitted.set(task.spec.runId, [...times, performance.now()]);
      task.exit(0);
    },
  });
  let succeeded = 0;
  let wake = () => {};
  const engine = new Engine({
    db,
    logger: quiet,
    executors: new Map([[executor.type, executor]]),
    artifactStore: store,
    source,
    results: {
      collect: collectResults,
      insert: insertResults,
      registerVersion,
    },
    config: DEFAULT_ENGINE_CONFIG,
    onChange: () => {},
    onRunSucceeded: async () => {
      succeeded++;
      wake();
    },
  });
  const runs = new RunService({
    db,
    engine,
    artifactStore: store,
    source,
    stageResults: async () => new Map(),
  });
  const start = () =>
    runs.start({
      pipelineRef: 'modelpipeline:default/benchmark',
      sourceUrl: FAKE_SOURCE_URL,
      ref: 'main',
      commit: FAKE_COMMIT,
      trigger: 'manual',
      createdBy: 'user:default/benchmark',
    });
  const nextSuccess = () =>
    new Promise<void>(done => {
      wake = done;
    });
  const until = async (count: number) => {
    while (succeeded < count) {
      await nextSuccess();
    }
  };

  await engine.start();
  source.files['model-pipeline.yaml'] = chain();
  const handoffs: number[] = [];
  // The first chain warms up and is not counted.
  for (let round = 0; round <= CHAINS; round++) {
    const { id } = await start();
    await until(round + 1);
    if (round > 0) {
      const times = submitted.get(id) ?? [];
      handoffs.push(...times.slice(1).map((time, i) => time - times[i]));
    }
  }
  handoffs.sort((a, b) => a - b);
  const quantile = (q: number) =>
    handoffs[Math.floor(q * handoffs.length)].toFixed(2);
  console.log(
    `${name}: hand-off of ${handoffs.length} sequential stages p50 ${quantile(
      0.5,
    )} ms, p95 ${quantile(0.95)} ms`,
  );

  source.files['model-pipeline.yaml'] = wide();
  const before = performance.now();
  await Promise.all(Array.from({ length: WIDE_RUNS }, start));
  await until(CHAINS + 1 + WIDE_RUNS);
  const seconds = (performance.now() - before) / 1000;
  console.log(
    `${name}: ${WIDE_RUNS * WIDTH} independent stages, 64 at once: ${(
      (WIDE_RUNS * WIDTH) /
      seconds
    ).toFixed(0)} per second`,
  );
  await engine.settled();
  await engine.stop();
}

function chain(): string {
  const stages = Array.from(
    { length: CHAIN },
    (_, i) => `  s${i}: { run: 'true'${i > 0 ? `, needs: [s${i - 1}]` : ''} }`,
  );
  return `version: 1\nstages:\n${stages.join('\n')}\n`;
}

function wide(): string {
  const stages = Array.from(
    { length: WIDTH },
    (_, i) => `  s${i}: { run: 'true' }`,
  );
  return `version: 1\nstages:\n${stages.join('\n')}\n`;
}

async function onSqlite(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'model-ci-benchmark-'));
  const db = knexFactory({
    client: 'better-sqlite3',
    connection: { filename: join(folder, 'model-ci.sqlite') },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  try {
    // As Backstage opens it.
    await db.raw('PRAGMA foreign_keys = ON');
    await measure('SQLite', db);
  } finally {
    await db.destroy();
    await rm(folder, { recursive: true });
  }
}

async function onPostgres(connection: string): Promise<void> {
  const schema = `model_ci_benchmark_${process.pid}`;
  const db = knexFactory({ client: 'pg', connection, searchPath: [schema] });
  try {
    await db.raw('create schema ??', [schema]);
    await measure('PostgreSQL', db);
  } finally {
    await db.raw('drop schema if exists ?? cascade', [schema]);
    await db.destroy();
  }
}

async function main(): Promise<void> {
  await onSqlite();
  const connection = process.env.MODEL_CI_BENCHMARK_POSTGRES;
  if (connection) {
    await onPostgres(connection);
  } else {
    console.log(
      'PostgreSQL: not measured; set MODEL_CI_BENCHMARK_POSTGRES to a connection string',
    );
  }
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
