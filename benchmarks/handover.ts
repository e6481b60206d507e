/* eslint-disable no-console */
/**
 * From SIGTERM to one of two backends until the other has written something for each attempt that the first one held: its
 * claim, and the next bytes of its log.
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/handover.ts [rounds]
 *
 * Brings its own PostgreSQL, unless MODEL_CI_BENCHMARK_POSTGRES holds a connection string.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import { startPostgres } from './databases';
import {
  pipeline,
  startsFolder,
  type BackendOptions,
  type LoadOptions,
} from './kills/load';
import { createTables, openDatabase } from './realEngine';

const ROUNDS = Number(process.argv[2] ?? 10);
const LOOK_MS = 2;

interface Held {
  id: string;
  holder: string;
  log_size: number;
}

async function start(options: BackendOptions): Promise<ChildProcess> {
  const backend = fork(
    join(__dirname, 'kills/backend.ts'),
    [JSON.stringify(options)],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  for (;;) {
    const [message] = await once(backend, 'message');
    if (message.type === 'up') return backend;
  }
}

async function listHeld(db: Knex): Promise<Held[]> {
  return await db('attempts')
    .where({ status: 'running' })
    .whereNotNull('holder')
    .select('id', 'holder', 'log_size');
}

/** Milliseconds from the signal until each attempt was claimed by the other, and until its log went on. */
async function handOver(
  db: Knex,
  leaving: ChildProcess,
): Promise<{ claimed: number[]; written: number[] }> {
  const isLeaving = ({ holder }: Held) =>
    JSON.parse(holder).pid === leaving.pid;
  let before: Held[] = [];
  while (before.length < 2) {
    before = (await listHeld(db)).filter(isLeaving);
  }
  const signalled = performance.now();
  leaving.kill('SIGTERM');
  const waiting = new Map(before.map(held => [held.id, held]));
  const claimed: number[] = [];
  const written: number[] = [];
  const taken = new Map<string, number>();
  while (waiting.size > 0 && performance.now() - signalled < 60_000) {
    const now = performance.now() - signalled;
    const rows = new Map((await listHeld(db)).map(held => [held.id, held]));
    for (const id of waiting.keys()) {
      const row = rows.get(id);
      if (!row) {
        waiting.delete(id); // it has ended
      } else if (!isLeaving(row) && !taken.has(id)) {
        taken.set(id, Number(row.log_size));
        claimed.push(now);
      } else if (taken.has(id) && Number(row.log_size) > taken.get(id)!) {
        written.push(now);
        waiting.delete(id);
      }
    }
    await pause(LOOK_MS);
  }
  return { claimed, written };
}

function describe(values: number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]?.toFixed(
      0,
    );
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms of ${
    sorted.length
  }`;
}

async function measure(options: BackendOptions, db: Knex): Promise<void> {
  let backends = await Promise.all([start(options), start(options)]);
  const all = { claimed: [] as number[], written: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    const [leaving, staying] = backends;
    const exited = once(leaving, 'exit');
    const { claimed, written } = await handOver(db, leaving);
    all.claimed.push(...claimed);
    all.written.push(...written);
    await exited;
    backends = [staying, await start(options)];
  }
  console.log(`claimed by the other: ${describe(all.claimed)}`);
  console.log(`its log goes on: ${describe(all.written)}`);
  backends.forEach(backend => backend.disconnect());
}

async function main(): Promise<void> {
  const given = process.env.MODEL_CI_BENCHMARK_POSTGRES;
  const own = given ? undefined : await startPostgres();
  const folder = await mkdtemp(join(tmpdir(), 'model-ci-handover-'));
  const options: LoadOptions = {
    folder,
    docker: false,
    postgres: {
      connection: given ?? own?.connection ?? '',
      schema: `model_ci_handover_${process.pid}`,
    },
  };
  await mkdir(startsFolder(folder));
  const db = await openDatabase({ ...options, file: '' });
  try {
    await db.raw('create schema ??', [options.postgres?.schema ?? '']);
    await createTables(db);
    await measure(
      { ...options, definition: pipeline(options), runsUnderWay: 6 },
      db,
    );
    await pause(500);
  } finally {
    await db.raw('drop schema ?? cascade', [options.postgres?.schema ?? '']);
    await db.destroy();
    await own?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

main().then(
  () => process.exit(),
  error => {
    console.error(error);
    process.exit(1);
  },
);
