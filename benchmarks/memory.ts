/**
 * What of the heap stays when runs have ended, followers have left and deployments were superseded: the engine and
 * the deployments as the backend puts them together, on SQLite or on the PostgreSQL of MODEL_CI_BENCHMARK_POSTGRES,
 * with an executor that does nothing and services that are HTTP servers of this process.
 *
 *   node --expose-gc --require @backstage/cli/config/nodeTransform.cjs benchmarks/memory.ts [runs] [followers] [deployments]
 *
 * A tenth of each goes before the first look, so that what is filled once does not count. Fails where more stays than
 * MODEL_CI_BENCHMARK_GROWTH bytes for each (200 by default: a leaked id alone takes about that).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Deployments } from '../plugins/model-ci-backend/src/deployments/createDeployments';
import { Fixture } from '../plugins/model-ci-backend/src/deployments/testing/createFixture';
import { onPostgres, onSqlite } from './databases';
import { QUIET, QuickExecutor } from './memory/QuickExecutor';
import { createRealEngine, createTables, type RealEngine } from './realEngine';

const AT_ONCE = 50;
const GROWTH = Number(process.env.MODEL_CI_BENCHMARK_GROWTH ?? 200);
const QUICK_PIPELINE = 'version: 1\nstages:\n  quick: { run: quick }\n';
const QUIET_PIPELINE = `version: 1\nstages:\n  quick: { run: ${QUIET} }\n`;

/** Bytes of the heap that something refers to. */
async function heapUsed(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await pause(200);
  }
  return process.memoryUsage().heapUsed;
}

async function count(db: Knex, open: string[]): Promise<number> {
  const [{ count: rows }] = await db('runs')
    .whereIn('status', open)
    .count({ count: '*' });
  return Number(rows);
}

/** Runs so many, some at a time, and waits until nothing of them is left to do. */
async function runAll(db: Knex, real: RealEngine, runs: number) {
  for (let started = 0; started < runs; started += AT_ONCE) {
    const more = Math.min(AT_ONCE, runs - started);
    await Promise.all(Array.from({ length: more }, () => real.start()));
    while ((await count(db, ['queued', 'running'])) > 0) {
      await pause(20);
    }
  }
  while (
    (await db('attempts').whereNull('cleaned_at').first('id')) ||
    (await db('runs').whereNull('announced_at').first('id'))
  ) {
    await pause(20);
  }
}

/** Has so many follow the log of a stage that says no more, until all of them leave. */
async function follow(real: RealEngine, runId: string, followers: number) {
  const leave = new AbortController();
  const following = Array.from({ length: followers }, async () => {
    const parts = real.runs.followLog(runId, 'quick', {
      signal: leave.signal,
    });
    for await (const part of parts) {
      void part;
    }
  });
  await pause(500);
  leave.abort();
  await Promise.all(following);
}

/** Deploys two versions in turn, each until the one before was stopped. */
async function deploy(fixture: Fixture, replica: Deployments, times: number) {
  for (let deployed = 0; deployed < times; deployed++) {
    await fixture.serve(replica, 1 + (deployed % 2));
    // Requests that the endpoint has sent to the one before have had their time
    fixture.clock.advance(10);
    await replica.loop.cleanServices();
  }
  // What the fixture itself remembers is not the backend's
  fixture.host.orders.length = 0;
  fixture.host.stopped.length = 0;
  fixture.signals.length = 0;
}

async function measureDeployments(db: Knex, deployments: number) {
  const fixture = new Fixture(db);
  try {
    await fixture.registerVersion(1);
    await fixture.registerVersion(2);
    const replica = fixture.replica();
    const stays = await measure('deployments', deployments, times =>
      deploy(fixture, replica, times),
    );
    const running = fixture.host.runningVersions();
    if (running.length !== 1) {
      throw new Error(`${running.length} services run, not one`);
    }
    return stays;
  } finally {
    await fixture.close();
  }
}

/** What stays of each, in bytes, after a tenth of them has warmed everything up. */
async function measure(
  what: string,
  times: number,
  work: (times: number) => Promise<void>,
): Promise<boolean> {
  await work(Math.ceil(times / 10));
  const before = await heapUsed();
  await work(times);
  const after = await heapUsed();
  const each = (after - before) / times;
  console.log(
    `${times} ${what}: ${mebibytes(before)} MiB before, ${mebibytes(
      after,
    )} MiB after, ${each.toFixed(0)} bytes each`,
  );
  return each <= GROWTH;
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}

interface Times {
  runs: number;
  followers: number;
  deployments: number;
}

async function run(db: Knex, { runs, followers, deployments }: Times) {
  const folder = await mkdtemp(join(tmpdir(), 'model-ci-memory-'));
  const files = { 'model-pipeline.yaml': QUICK_PIPELINE };
  await createTables(db);
  const real = await createRealEngine({
    db,
    folder,
    files,
    executors: [new QuickExecutor()],
    onRunSucceeded: () => {},
  });
  await real.engine.start();
  try {
    const runsStay = await measure('runs', runs, times =>
      runAll(db, real, times),
    );
    files['model-pipeline.yaml'] = QUIET_PIPELINE;
    const runId = await real.start();
    while (!(await db('attempts').where('log_size', '>', 0).first('id'))) {
      await pause(50);
    }
    await pause(2_000);
    const followersStay = await measure('followers', followers, times =>
      follow(real, runId, times),
    );
    await real.runs.cancel(runId, 'user:default/benchmark');
    const deploymentsStay = await measureDeployments(db, deployments);
    if (!runsStay || !followersStay || !deploymentsStay) {
      process.exitCode = 1;
    }
  } finally {
    await real.engine.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function main() {
  if (!globalThis.gc) {
    throw new Error('Start it with node --expose-gc');
  }
  const [runs = 10_000, followers = 1_000, deployments = 1_000] = process.argv
    .slice(2)
    .map(Number);
  const work = (db: Knex) => run(db, { runs, followers, deployments });
  const connection = process.env.MODEL_CI_BENCHMARK_POSTGRES;
  await (connection ? onPostgres(connection, work) : onSqlite(work));
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
