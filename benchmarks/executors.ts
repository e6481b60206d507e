/**
 * What a stage costs over its command: a process stage against plain `sh -c`, a docker stage against
 * `docker run --rm`, side by side. A stage is workspace in, command, log and outcome, one result or seven
 * collected; cleaning up is not waited for, as in the engine.
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/executors.ts [rounds] [image]
 */
import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import {
  DockerExecutor,
  Engines,
} from '@model-ci/backstage-plugin-model-ci-backend-module-docker';
import { ProcessExecutor } from '@model-ci/backstage-plugin-model-ci-backend-module-process';
import type {
  Executor,
  Handle,
} from '@model-ci/backstage-plugin-model-ci-node';
import { pack } from 'tar-stream';

const run = promisify(execFile);
const never = new AbortController().signal;

const rounds = Number(process.argv[2] ?? 20);
const image = process.argv[3] ?? 'busybox:latest';

async function workspace(): Promise<Readable> {
  const archive = pack();
  for (let i = 0; i < 20; i++) {
    archive.entry({ name: `src/module_${i}.py` }, '# some code\n'.repeat(100));
  }
  archive.finalize();
  return Readable.from(archive, { objectMode: false });
}

interface Scenario {
  command: string;
  network: 'none' | 'default';
  /** Files that the stage writes and that are collected. */
  results: string[];
}

const ONE_RESULT = ['result.txt'];
const SEVEN_RESULTS = Array.from({ length: 7 }, (_, i) => `result-${i}.txt`);

/** One stage, as the engine runs it. Answers the milliseconds until outcome and until the result was read. */
async function stage(
  executor: Executor,
  node: string,
  { command, network, results }: Scenario,
): Promise<{ outcome: number; result: number; handle: Handle }> {
  const start = performance.now();
  const handle = await executor.submit({
    attemptId: randomUUID(),
    runId: 'benchmark',
    pipelineRef: 'modelpipeline:default/benchmark',
    stage: 'benchmark',
    node,
    image,
    script: [command, ...results.map(name => `echo result > ${name}`)].join(
      '\n',
    ),
    results,
    env: { CI: 'true' },
    resources: {},
    network,
    timeoutSeconds: 60,
    maxLogBytes: 2 ** 26,
    workspace: [
      { path: '.', digest: `sha256:${'0'.repeat(64)}`, open: workspace },
    ],
  });
  const readAll = async () => {
    for await (const chunk of executor.readLogs(handle, 0, never)) {
      void chunk;
    }
  };
  const [end] = await Promise.all([executor.observe(handle, never), readAll()]);
  const outcome = performance.now() - start;
  if (end.type !== 'exited' || end.exitCode !== 0) {
    throw new Error(`The stage ended with ${JSON.stringify(end)}`);
  }
  // Artifacts and reports side by side, as in the engine
  await Promise.all([
    collectAll(executor, handle, results.slice(0, 5)),
    collectAll(executor, handle, results.slice(5)),
  ]);
  return { outcome, result: performance.now() - start, handle };
}

async function collectAll(
  executor: Executor,
  handle: Handle,
  paths: string[],
): Promise<void> {
  for (const path of paths) {
    const archive = await executor.collect(handle, path);
    if ('digest' in archive) {
      throw new Error('Only executors that stream are measured');
    }
    archive.resume();
    await once(archive, 'end');
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function compare(
  title: string,
  executor: Executor,
  node: string,
  scenario: Scenario,
  plain: () => Promise<unknown>,
): Promise<void> {
  const figures = { plain: [], outcome: [], result: [] } as Record<
    'plain' | 'outcome' | 'result',
    number[]
  >;
  for (let round = -1; round < rounds; round++) {
    const plainMs = await timed(plain);
    const { outcome, result, handle } = await stage(executor, node, scenario);
    await executor.cleanup(handle);
    // The first round warms up
    if (round >= 0) {
      figures.plain.push(plainMs);
      figures.outcome.push(outcome);
      figures.result.push(result);
    }
  }
  const [plainMs, outcome, result] = [
    median(figures.plain),
    median(figures.outcome),
    median(figures.result),
  ];
  process.stdout.write(
    `${title}\n  plain ${plainMs.toFixed(
      1,
    )} ms; stage until outcome and log ${outcome.toFixed(1)} ms (${(
      outcome / plainMs
    ).toFixed(2)} x, +${(outcome - plainMs).toFixed(
      1,
    )} ms); with its results collected ${result.toFixed(1)} ms (${(
      result / plainMs
    ).toFixed(2)} x)\n`,
  );
}

async function compareProcess(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'model-ci-benchmark-'));
  const executor = new ProcessExecutor({
    directory,
    node: {
      name: 'local',
      labels: {},
      capacity: { cpus: 1, memoryBytes: 2 ** 30 },
    },
  });
  for (const command of ['true', 'sleep 0.5']) {
    await compare(
      `process: ${command}`,
      executor,
      'local',
      { command, network: 'default', results: ONE_RESULT },
      async () => {
        const child = spawn('sh', ['-c', command], { stdio: 'ignore' });
        await once(child, 'exit');
      },
    );
  }
  await rm(directory, { recursive: true });
}

async function compareDocker(): Promise<void> {
  const engines = new Engines([
    {
      name: 'docker-local',
      address: { type: 'socket', path: '/var/run/docker.sock' },
      optional: false,
      labels: {},
      gpus: 0,
      pull: 'never',
      user: { uid: 65534, gid: 65534 },
      pidsLimit: 4096,
      networks: { text: '10.234.0.0/16', first: 0x0aea0000, count: 2 ** 14 },
      egress: 'allow',
      spareNetworks: 4,
      maxContextBytes: 2 ** 30,
      registries: [],
    },
  ]);
  const executor = new DockerExecutor(engines);
  for (const [command, network, results] of [
    ['true', 'default', ONE_RESULT],
    ['true', 'none', ONE_RESULT],
    ['sleep 1', 'default', ONE_RESULT],
    ['true', 'default', SEVEN_RESULTS],
    ['true', 'none', SEVEN_RESULTS],
  ] as const) {
    await compare(
      `docker, network ${network}: ${command}, results: ${results.length}`,
      executor,
      'docker-local',
      { command, network, results },
      () =>
        run('docker', [
          'run',
          '--rm',
          ...(network === 'none' ? ['--network', 'none'] : []),
          image,
          'sh',
          '-c',
          command,
        ]),
    );
  }
  await engines.dispose();
}

async function main(): Promise<void> {
  await compareProcess();
  await compareDocker();
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
