/**
 * A chain of stages that run `true`, through the engine with a real executor and a store on disk, against peers that
 * do the same, side by side:
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/chains.ts docker|process [their stages]
 *
 * Docker: gitlab-ci-local with its docker executor (from npm; it needs git, rsync, and an image
 * firecow/gitlab-ci-local-util:latest).
 * Process: a master and a worker of buildbot, a step for each stage (Debian's packages buildbot and buildbot-worker).
 * Runs on SQLite, and on PostgreSQL where MODEL_CI_BENCHMARK_POSTGRES holds a connection string.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timeBuildbot } from './peers/buildbot';
import { timeGitlabCiLocal } from './peers/gitlabCiLocal';
import { median, timePhases, type Phases } from './phases';
import {
  createRealEngine,
  createTables,
  dockerExecutor,
  openDatabase,
  processExecutor,
} from './realEngine';

const STAGES = 40;
const ROUNDS = 3;
const IMAGE = 'busybox:latest';

type Kind = 'docker' | 'process';

function chain(kind: Kind, stages: number): string {
  const place =
    kind === 'docker'
      ? `executor: docker, image: '${IMAGE}'`
      : 'executor: process';
  const lines = Array.from(
    { length: stages },
    (_, index) =>
      `  s${index}: { ${place}, run: 'true'${
        index > 0 ? `, needs: [s${index - 1}]` : ''
      } }`,
  );
  return `version: 1\nstages:\n${lines.join('\n')}\n`;
}

/** Milliseconds from the request until the run has succeeded: of chains, after one that warms up, and of one stage; and where those of a chain went. */
async function timeOurs(
  kind: Kind,
  postgres?: { connection: string; schema: string },
): Promise<{ chain: number; one: number; phases: Phases }> {
  const folder = await mkdtemp(join(tmpdir(), 'model-ci-chain-'));
  const db = await openDatabase({ file: join(folder, 'db.sqlite'), postgres });
  if (postgres) {
    await db.raw('create schema ??', [postgres.schema]);
  }
  await createTables(db);
  const { executor, phases } = timePhases(
    kind === 'docker' ? dockerExecutor() : processExecutor(folder, 4),
  );
  let onEnd = () => {};
  const files: Record<string, string> = {};
  const { engine, start } = await createRealEngine({
    db,
    folder,
    files,
    executors: [executor],
    onRunSucceeded: () => onEnd(),
  });
  const time = async (stages: number) => {
    files['model-pipeline.yaml'] = chain(kind, stages);
    const ended = new Promise<void>(resolve => {
      onEnd = resolve;
    });
    const before = performance.now();
    await start();
    await ended;
    return performance.now() - before;
  };
  try {
    await engine.start();
    await time(2);
    phases();
    const chains = await repeat(() => time(STAGES));
    const passed = phases();
    const ones = await repeat(() => time(1));
    return { chain: median(chains), one: median(ones), phases: passed };
  } finally {
    await engine.settled();
    await engine.stop();
    if (postgres) {
      await db.raw('drop schema ?? cascade', [postgres.schema]);
    }
    await db.destroy();
    await rm(folder, { recursive: true });
  }
}

async function repeat(work: () => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    times.push(await work());
  }
  return times;
}

async function timeTheirs(
  kind: Kind,
  stages: number,
): Promise<{ name: string; ms: number }> {
  return kind === 'docker'
    ? { name: 'gitlab-ci-local', ms: await timeGitlabCiLocal(stages, IMAGE) }
    : { name: 'buildbot', ms: await timeBuildbot(stages) };
}

async function main(): Promise<void> {
  const [kind, count] = process.argv.slice(2);
  if (kind !== 'docker' && kind !== 'process') {
    throw new Error(`Say 'docker' or 'process', not '${kind}'`);
  }
  const connection = process.env.MODEL_CI_BENCHMARK_POSTGRES;
  const schema = `model_ci_chains_${process.pid}`;
  const ours = new Map([
    ['SQLite', await timeOurs(kind)],
    ...(connection
      ? [['PostgreSQL', await timeOurs(kind, { connection, schema })] as const]
      : []),
  ]);
  const stages = Number(count ?? (kind === 'docker' ? 20 : STAGES));
  const { name, ms } = await timeTheirs(kind, stages);
  const each = ms / stages;
  process.stdout.write(
    `${name}: ${stages} stages in ${(ms / 1000).toFixed(1)} s, ${each.toFixed(
      0,
    )} ms each\n`,
  );
  for (const [database, { chain: all, one, phases }] of ours) {
    const mine = all / STAGES;
    process.stdout.write(
      `${kind} on ${database}: ${STAGES} stages in ${(all / 1000).toFixed(
        2,
      )} s, ${mine.toFixed(0)} ms each, ${(each / mine).toFixed(
        1,
      )} x faster; a run of one stage ${one.toFixed(0)} ms, ${(
        each / one
      ).toFixed(1)} x faster\n  of a stage: ${phases.start.toFixed(
        1,
      )} ms until it is started, ${phases.run.toFixed(
        1,
      )} ms until its end is seen, ${phases.next.toFixed(
        1,
      )} ms until the next is submitted\n`,
    );
  }
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
