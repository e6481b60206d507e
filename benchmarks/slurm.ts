/**
 * A Slurm stage against `sbatch --wait` of the same script, one after the other; then a thousand attempts that wait, with one look
 * at all of them per interval: how long after its end an attempt is seen to have ended.
 *
 *   . $TESTBED/slurm/env
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/slurm.ts FOLDER [rounds] [attempts]
 *
 * FOLDER is one that all machines of the cluster share; 200 of the attempts run, so the cluster should be idle.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigReader } from '@backstage/config';
import {
  Cluster,
  readClusterConfigs,
  runnerOf,
  SlurmExecutor,
} from '@model-ci/backstage-plugin-model-ci-backend-module-slurm';
import type { Handle } from '@model-ci/backstage-plugin-model-ci-node';

const run = promisify(execFile);
const never = new AbortController().signal;

const [folder, rounds = '10', attempts = '1000'] = process.argv.slice(2);
const directory = join(folder, `benchmark-${randomUUID()}`);
/** Attempts of the thousand that are seen to end. */
const ENDS = 200;

const commands = { squeue: 0, sacct: 0 };

function createExecutor(): SlurmExecutor {
  const { PATH = '', SLURM_CONF = '' } = process.env;
  const [config] = readClusterConfigs(
    new ConfigReader({
      modelCi: {
        executors: {
          slurm: {
            clusters: [
              {
                name: 'benchmark',
                environment: { PATH, SLURM_CONF },
                directory,
                partitions: [{ name: 'main' }],
              },
            ],
          },
        },
      },
    }),
  );
  const runner = runnerOf(config, '');
  return new SlurmExecutor([
    new Cluster(config, {
      run: async (words, options) => {
        for (const name of ['squeue', 'sacct'] as const) {
          commands[name] += words.includes(name) ? 1 : 0;
        }
        return await runner.run(words, options);
      },
      stream: words => runner.stream(words),
    }),
  ]);
}

async function submit(executor: SlurmExecutor, script: string) {
  return await executor.submit({
    attemptId: randomUUID(),
    runId: 'benchmark',
    pipelineRef: 'modelpipeline:default/benchmark',
    stage: 'benchmark',
    node: 'benchmark-main',
    script,
    env: {},
    resources: { cpus: 1, memoryBytes: 2 ** 27 },
    network: 'default',
    timeoutSeconds: 600,
    maxLogBytes: 2 ** 20,
    workspace: [],
  });
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

async function compare(executor: SlurmExecutor, script: string) {
  const [bare, staged]: number[][] = [[], []];
  const options = ['--wait', '--mem=128M', '-o', '/dev/null'];
  for (let round = 0; round < Number(rounds); round++) {
    bare.push(
      await timed(() => run('sbatch', [...options, `--wrap=${script}`])),
    );
    staged.push(
      await timed(async () => {
        const handle = await submit(executor, script);
        await executor.observe(handle, never);
        await executor.cleanup(handle);
      }),
    );
  }
  const [one, other] = [quantile(bare, 0.5), quantile(staged, 0.5)];
  console.log(
    `${script}: sbatch --wait ${one.toFixed(0)} ms, stage ${other.toFixed(
      0,
    )} ms, ${(other / one).toFixed(2)} x`,
  );
}

async function readEnd(executor: SlurmExecutor, handle: Handle) {
  let log = '';
  for await (const { data } of executor.readLogs(handle, 0, never)) {
    log += data;
  }
  return Number(log);
}

async function waitFor(check: () => boolean): Promise<void> {
  while (!check()) {
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

async function pending(executor: SlurmExecutor): Promise<void> {
  const count = Number(attempts);
  const all = new AbortController();
  const fill = Array.from({ length: 8 }, () => submit(executor, 'sleep 60'));
  await Promise.all(fill);
  const submitting = performance.now();
  const handles = await Promise.all(
    Array.from({ length: count }, () => submit(executor, 'date +%s%3N')),
  );
  const submitted = performance.now() - submitting;
  const seen: Array<{ handle: Handle; at: number }> = [];
  const waiting = new Set<Handle>();
  const observed = handles.map(handle =>
    executor
      .observe(handle, all.signal, () => waiting.add(handle))
      .then(
        () => seen.push({ handle, at: Date.now() }),
        () => {},
      ),
  );
  await waitFor(() => waiting.size === count);
  const before = { ...commands };
  const start = performance.now();
  await new Promise(resolve => setTimeout(resolve, 10_000));
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `${count} attempts submitted in ${(submitted / 1000).toFixed(
      1,
    )} s; all pending: ${commands.squeue - before.squeue} squeue, ${
      commands.sacct - before.sacct
    } sacct in ${seconds.toFixed(0)} s`,
  );
  await waitFor(() => seen.length >= Math.min(ENDS, count));
  all.abort();
  await Promise.all(observed);
  const late = await Promise.all(
    seen.map(async ({ handle, at }) => at - (await readEnd(executor, handle))),
  );
  console.log(
    `${late.length} ends seen after ${quantile(late, 0.5)} ms (p95 ${quantile(
      late,
      0.95,
    )} ms, most ${Math.max(...late)} ms)`,
  );
}

async function main(): Promise<void> {
  await mkdir(directory);
  const executor = createExecutor();
  try {
    if (Number(rounds) > 0) {
      await compare(executor, 'true');
      await compare(executor, 'sleep 5');
    }
    await pending(executor);
  } finally {
    const { stdout } = await run('id', ['-u']);
    await run('scancel', ['--user', stdout.trim(), '--partition', 'main']);
    await rm(directory, { recursive: true, force: true });
  }
}

main().then(
  () => process.exit(0),
  error => {
    console.error(error);
    process.exit(1);
  },
);
