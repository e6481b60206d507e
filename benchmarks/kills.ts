/**
 * Kills backends under load, at random moments, and then looks for what went wrong: runs that were lost, commands that
 * ran twice or not at all, log bytes that are missing or doubled, artifacts and remains that should not be there.
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/kills.ts [kills] [longest life in ms] [faults | shortly]
 *
 * One backend on SQLite; where MODEL_CI_BENCHMARK_POSTGRES holds a connection string, two that share a schema of their own there.
 * Stages are processes, containers where a Docker Engine with the image busybox answers, and on PostgreSQL pods, Slurm jobs and artifacts in a
 * bucket where MODEL_CI_TEST_KUBERNETES, MODEL_CI_TEST_SLURM, MODEL_CI_TEST_CEPH name testbeds. With `faults` these fail meanwhile, each in its
 * ways: a node of each cluster loses power, the API server, slurmctld and Ceph are away. `shortly` lets each fail once, and not for long.
 * SIGUSR2 ends the killing early; what went wrong until then is looked for.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import { makePlaces, removePlaces, type Places } from './kills/engines';
import { letFail, type Outage } from './kills/faults';
import { pipeline, startsFolder, type LoadOptions } from './kills/load';
import { Machine } from './kills/Machine';
import { findDefects } from './kills/verify';
import { Victim } from './kills/Victim';
import { createTables, openDatabase } from './realEngine';

const KILLS = 100;
const LONGEST_LIFE_MS = 2_000;
/** The others are killed at some moment of the longest life, once they are up. */
const KILLED_WHILE_STARTING = 0.1;
const RUNS_UNDER_WAY = 6;
/** Whatever is not at its end by then is stuck. */
const DRAIN_MS = 300_000;
const SHORT_DRAIN_MS = 120_000;

const FAULTS = ['faults', 'shortly'] as const;

type Faults = 'none' | (typeof FAULTS)[number];

interface Plan {
  kills: number;
  longestLifeMs: number;
  faults: Faults;
}

/** Whether a command runs there. */
async function isBusy(db: Knex, executor: string): Promise<boolean> {
  const attempt = await db('attempts')
    .where({ executor, status: 'running', phase: 'running' })
    .first('id');
  return attempt !== undefined;
}

async function killAtRandom(
  db: Knex,
  options: LoadOptions,
  machine: Machine,
  plan: Plan,
): Promise<{ acknowledged: string[]; outages: Outage[] }> {
  const acknowledged: string[] = [];
  const load = { definition: pipeline(options), runsUnderWay: RUNS_UNDER_WAY };
  const create = () =>
    new Victim({ ...options, ...load }, machine, acknowledged);
  const victims = options.postgres ? [create(), create()] : [create()];
  while (acknowledged.length < RUNS_UNDER_WAY) {
    await Promise.race(victims.map(({ up }) => up));
    await pause(100);
  }
  let killed = 0;
  process.on('SIGUSR2', () => {
    plan.kills = killed;
  });
  const failing = letFail({
    engines: plan.faults === 'none' ? [] : enginesOf(options),
    shortly: plan.faults === 'shortly',
    isWanted: () => plan.faults === 'faults' && killed < plan.kills,
    isBusy: executor => isBusy(db, executor),
  });
  failing.catch(() => {}); // it is awaited below
  while (killed < plan.kills) {
    const index = Math.floor(Math.random() * victims.length);
    const victim = victims[index];
    if (Math.random() > KILLED_WHILE_STARTING) {
      await victim.up;
    }
    await pause(Math.random() * plan.longestLifeMs);
    await victim.kill();
    victims[index] = create();
    killed++;
    process.stderr.write(
      `${killed} killed, ${acknowledged.length} runs, ${Math.round(
        process.uptime(),
      )} s\n`,
    );
  }
  const outages = await failing;
  await Promise.all(victims.map(({ up }) => up));
  const patienceMs = plan.faults === 'shortly' ? SHORT_DRAIN_MS : DRAIN_MS;
  await Promise.all(victims.map(victim => victim.drain(patienceMs)));
  return { acknowledged, outages };
}

function enginesOf({ kubernetes, slurm, bucket }: LoadOptions) {
  return [
    ...(kubernetes ? (['kubernetes'] as const) : []),
    ...(slurm ? (['slurm'] as const) : []),
    ...(bucket ? (['ceph'] as const) : []),
  ];
}

/** Answers whether everything was as it has to be. */
async function main(): Promise<boolean> {
  const [kills = KILLS, longestLifeMs = LONGEST_LIFE_MS] = process.argv
    .slice(2)
    .filter(word => /^\d+$/.test(word))
    .map(Number);
  const faults: Faults =
    FAULTS.find(word => process.argv.includes(word)) ?? 'none';
  const connection = process.env.MODEL_CI_BENCHMARK_POSTGRES;
  const folder = await mkdtemp(join(tmpdir(), 'model-ci-kills-'));
  await mkdir(startsFolder(folder));
  const machine = await Machine.start(startsFolder(folder));
  const places = await makePlaces(Boolean(connection));
  const { bucket } = places;
  const options: LoadOptions = {
    ...places,
    folder,
    machine: { ledger: machine.ledger, transfers: machine.transfers },
    bucket: bucket && {
      ...bucket,
      transferEndpoint: await machine.open(bucket.endpoint),
    },
    ...(connection && {
      postgres: { connection, schema: `model_ci_kills_${process.pid}` },
    }),
  };
  const db = await openDatabase({
    ...options,
    file: join(folder, 'model-ci.sqlite'),
  });
  try {
    const plan = { kills, longestLifeMs, faults };
    return await killAndVerify(db, options, machine, plan, places);
  } finally {
    await db.destroy();
    machine.close();
  }
}

async function killAndVerify(
  db: Knex,
  options: LoadOptions,
  machine: Machine,
  plan: Plan,
  places: Places,
): Promise<boolean> {
  const { folder, postgres } = options;
  if (postgres) {
    await db.raw('create schema ??', [postgres.schema]);
  }
  await createTables(db);
  const evidence = await killAtRandom(db, options, machine, plan);
  const found = await findDefects({ ...options, ...evidence, db });
  report(options, plan, evidence.outages, found);
  if (found.defects.length > 0) {
    process.stdout.write(`What it left is in ${folder}\n`);
    return false;
  }
  if (postgres) {
    await db.raw('drop schema ?? cascade', [postgres.schema]);
  }
  await removePlaces(places);
  await rm(folder, { recursive: true });
  return true;
}

function report(
  options: LoadOptions,
  plan: Plan,
  outages: Outage[],
  found: Awaited<ReturnType<typeof findDefects>>,
): void {
  const { docker, kubernetes, slurm, bucket, postgres } = options;
  const parts = [
    ...(docker ? ['Docker'] : []),
    ...(kubernetes ? ['Kubernetes'] : []),
    ...(slurm ? ['Slurm'] : []),
    ...(bucket ? ['Ceph'] : []),
  ];
  const { runs, stages, logBytes, artifactBytes, repeated, defects } = found;
  const lines = [
    `${plan.kills} backends killed on ${postgres ? 'PostgreSQL' : 'SQLite'}${
      parts.length > 0 ? `, with ${parts.join(', ')}` : ''
    }: ${runs} runs, ${stages} stages, ${logBytes} bytes of log, ${artifactBytes} bytes of artifacts; ${
      defects.length
    } defects`,
    ...outages.map(
      ({ what, from, to }) =>
        `  ${what} away for ${Math.round((to - from) / 1000)} s`,
    ),
    ...repeated.map(attempt => `  again: ${attempt}`),
    ...defects.map(defect => `  defect: ${defect}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

main().then(
  // Nothing that was started in this process may decide on its status
  isRight => process.exit(isRight ? 0 : 1),
  error => {
    process.stderr.write(`${error.stack}\n`);
    // Backends that are still there end with this process
    process.exit(1);
  },
);
