/**
 * Kills backends under load, at random moments, and then looks for what went wrong: runs that were lost, stages that
 * ran twice or not at all, log bytes that are missing or doubled, results and remains that should not be there.
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/kills.ts [kills] [longest life in ms]
 *
 * One backend on SQLite; where MODEL_CI_BENCHMARK_POSTGRES holds a connection string, two that share a schema of
 * their own there. One stage in four runs in a container where a Docker Engine with the image busybox answers.
 */
import {
  fork,
  spawn,
  execFileSync,
  type ChildProcess,
} from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import {
  startsFolder,
  type BackendMessage,
  type LoadOptions,
} from './kills/load';
import { findDefects } from './kills/verify';
import { createTables, openDatabase } from './realEngine';

const KILLS = 100;
const LONGEST_LIFE_MS = 2_000;
/** The others are killed at some moment of the longest life, once they are up. */
const KILLED_WHILE_STARTING = 0.1;
/** Whatever is not at its end by then is stuck. */
const DRAIN_MS = 120_000;

interface Plan {
  kills: number;
  longestLifeMs: number;
}

class Victim {
  private readonly process: ChildProcess;
  private readonly exited: Promise<unknown>;
  readonly up: Promise<void>;

  constructor(options: LoadOptions, acknowledged: string[]) {
    this.process = fork(
      join(__dirname, 'kills/backend.ts'),
      [JSON.stringify(options)],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    );
    this.exited = once(this.process, 'exit');
    this.up = new Promise((resolve, reject) => {
      this.exited.then(() => reject(new Error('A backend ended by itself')));
      this.process.on('message', (message: BackendMessage) => {
        if (message.type === 'started') {
          acknowledged.push(message.runId);
        } else if (message.type === 'up') {
          resolve();
        }
      });
    });
    this.up.catch(() => {}); // nobody waits for one that is killed before
  }

  async kill(): Promise<void> {
    if (this.process.exitCode !== null) {
      throw new Error('A backend ended by itself');
    }
    this.process.kill('SIGKILL');
    await this.exited;
  }

  /** Resolves once it has nothing left to do; kills it if it never comes to that. */
  async drain(): Promise<void> {
    this.process.send('drain');
    const killed = setTimeout(() => this.process.kill('SIGKILL'), DRAIN_MS);
    await this.exited;
    clearTimeout(killed);
  }
}

async function killAtRandom(
  options: LoadOptions,
  { kills, longestLifeMs }: Plan,
): Promise<string[]> {
  const acknowledged: string[] = [];
  const create = () => new Victim(options, acknowledged);
  const victims = options.postgres ? [create(), create()] : [create()];
  await victims[0].up;
  for (let killed = 0; killed < kills; killed++) {
    const index = Math.floor(Math.random() * victims.length);
    const victim = victims[index];
    if (Math.random() > KILLED_WHILE_STARTING) {
      await victim.up;
    }
    await pause(Math.random() * longestLifeMs);
    await victim.kill();
    victims[index] = create();
    if (process.stdout.isTTY) {
      process.stdout.write(
        `\r${killed + 1} killed, ${acknowledged.length} runs`,
      );
    }
  }
  await Promise.all(victims.map(({ up }) => up));
  await Promise.all(victims.map(victim => victim.drain()));
  return acknowledged;
}

/** Follows the starts of containers in the words of the Docker Engine itself. */
function watchContainers(starts: string[]): ChildProcess {
  const events = spawn(
    'docker',
    [
      ...['events', '--filter', 'event=start'],
      ...['--filter', 'label=model-ci.dev/kind=attempt'],
      '--format',
      '{{index .Actor.Attributes "model-ci.dev/run"}}-{{index .Actor.Attributes "model-ci.dev/stage"}}',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  createInterface({ input: events.stdout }).on('line', line => {
    starts.push(line);
  });
  return events;
}

function hasDocker(): boolean {
  try {
    execFileSync('docker', ['image', 'inspect', 'busybox'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

async function main(): Promise<void> {
  const [kills = KILLS, longestLifeMs = LONGEST_LIFE_MS] = process.argv
    .slice(2)
    .map(Number);
  const connection = process.env.MODEL_CI_BENCHMARK_POSTGRES;
  const folder = await mkdtemp(join(tmpdir(), 'model-ci-kills-'));
  const options: LoadOptions = {
    folder,
    docker: hasDocker(),
    ...(connection && {
      postgres: { connection, schema: `model_ci_kills_${process.pid}` },
    }),
  };
  await mkdir(startsFolder(folder));
  const db = await openDatabase({
    ...options,
    file: join(folder, 'model-ci.sqlite'),
  });
  try {
    await killAndVerify(db, options, { kills, longestLifeMs });
  } finally {
    await db.destroy();
  }
}

async function killAndVerify(
  db: Knex,
  options: LoadOptions,
  plan: Plan,
): Promise<void> {
  const { folder, postgres } = options;
  if (postgres) {
    await db.raw('create schema ??', [postgres.schema]);
  }
  await createTables(db);
  const containerStarts: string[] = [];
  const events = options.docker ? watchContainers(containerStarts) : undefined;
  const acknowledged = await killAtRandom(options, plan).finally(() =>
    events?.kill(),
  );
  const { defects, runs, stages, logBytes } = await findDefects({
    ...options,
    db,
    acknowledged,
    containerStarts,
  });
  process.stdout.write(
    `${plan.kills} backends killed on ${postgres ? 'PostgreSQL' : 'SQLite'}${
      options.docker ? ', with Docker' : ''
    }: ${runs} runs, ${stages} stages, ${logBytes} bytes of log; ${
      defects.length
    } defects\n${defects.map(defect => `  ${defect}\n`).join('')}`,
  );
  if (defects.length > 0) {
    process.stdout.write(`What it left is in ${folder}\n`);
    process.exitCode = 1;
  } else {
    if (postgres) {
      await db.raw('drop schema ?? cascade', [postgres.schema]);
    }
    await rm(folder, { recursive: true });
  }
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  // Backends that are still there end with this process
  process.exit(1);
});
