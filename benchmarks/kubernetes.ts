/**
 * Kubernetes stages on the testbed's cluster (or another one that a kubeconfig names):
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/kubernetes.ts stages KUBECONFIG [rounds]
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/kubernetes.ts pending KUBECONFIG [attempts] [ends]
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/kubernetes.ts log KUBECONFIG [megabytes] [kills]
 *
 * `stages`: a stage against `kubectl run` of the same command until its exit is seen, one after the other. `pending`: attempts that
 * wait, with one watch for all, while others run: how long after its end an attempt is seen to have ended. `log`: a long log that
 * is followed live by a process that is killed again and again; its successor goes on from what was stored.
 *
 * KUBECTL, IMAGE, SIDECAR_IMAGE name others than the testbed's.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ConfigReader } from '@backstage/config';
import {
  Clusters,
  KubernetesExecutor,
  readClusterConfigs,
} from '@model-ci/backstage-plugin-model-ci-backend-module-kubernetes';
import type {
  AttemptSpec,
  Handle,
} from '@model-ci/backstage-plugin-model-ci-node';
import { fetch } from 'undici';

const run = promisify(execFile);
const never = new AbortController().signal;

const [mode, kubeconfig, ...numbers] = process.argv.slice(2);
const {
  KUBECTL = 'kubectl',
  IMAGE = 'localhost/busybox:1',
  SIDECAR_IMAGE = 'localhost/tools:1',
  NAMESPACE: namespace = `model-ci-benchmark-${randomUUID().slice(0, 8)}`,
} = process.env;
/** Attempts that run at a time beside those that wait. */
const AT_ONCE = 4;

const calls = { watches: 0, others: 0 };

function connect(nodeSelector: Record<string, string> = {}) {
  const cluster = {
    ...{ name: 'benchmark', kubeconfig, namespace, nodeSelector },
    pull: 'Never',
    sidecar: { image: SIDECAR_IMAGE, pull: 'Never' },
  };
  const config = new ConfigReader({
    modelCi: { executors: { kubernetes: { clusters: [cluster] } } },
  });
  const clusters = new Clusters(readClusterConfigs(config), {
    fetch: (url, init) => {
      calls[String(url).includes('watch=true') ? 'watches' : 'others']++;
      return fetch(url, init);
    },
  });
  return new KubernetesExecutor(clusters);
}

function specOf(script: string, rest: Partial<AttemptSpec> = {}): AttemptSpec {
  return {
    attemptId: randomUUID(),
    runId: 'benchmark',
    pipelineRef: 'modelpipeline:default/benchmark',
    stage: 'benchmark',
    node: 'benchmark',
    image: IMAGE,
    script,
    env: {},
    resources: { cpus: 0.1, memoryBytes: 2 ** 26 },
    network: 'default',
    timeoutSeconds: 3600,
    maxLogBytes: 2 ** 30,
    workspace: [],
    ...rest,
  };
}

async function kubectl(...args: string[]): Promise<string> {
  const { stdout } = await run(
    KUBECTL,
    ['--kubeconfig', kubeconfig, '-n', namespace, ...args],
    { maxBuffer: 2 ** 28 },
  );
  return stdout;
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

/** The kubelet looks for containers that have ended once a second: what begins right after a look is measured by its luck. */
async function anyMoment(): Promise<void> {
  await delay(Math.random() * 1000);
}

async function compare(script: string, rounds: number): Promise<void> {
  const executor = connect();
  const [bare, staged]: number[][] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const name = `bare-${randomUUID()}`;
    await anyMoment();
    bare.push(
      await timed(() =>
        kubectl(
          ...['run', name, `--image=${IMAGE}`, '--image-pull-policy=Never'],
          ...['--restart=Never', '--attach', '--quiet', '--command'],
          ...['--', 'sh', '-c', script],
        ),
      ),
    );
    await kubectl('delete', 'pod', name, '--now');
    let handle: Handle | undefined;
    await anyMoment();
    staged.push(
      await timed(async () => {
        handle = await executor.submit(specOf(script));
        await executor.observe(handle, never);
      }),
    );
    if (handle) {
      await executor.cleanup(handle);
    }
  }
  const [one, other] = [quantile(bare, 0.5), quantile(staged, 0.5)];
  console.log(
    `${script}: kubectl run ${one.toFixed(0)} ms, stage ${other.toFixed(
      0,
    )} ms, ${(other / one).toFixed(2)} x`,
  );
}

async function readAll(
  executor: KubernetesExecutor,
  handle: Handle,
): Promise<string> {
  let log = '';
  for await (const { data } of executor.readLogs(handle, 0, never)) {
    log += data;
  }
  return log;
}

/** How long after its end an attempt is seen to have ended. */
async function runOne(executor: KubernetesExecutor): Promise<number> {
  // BusyBox knows no nanoseconds
  const handle = await executor.submit(
    specOf('date +%s%N', { image: SIDECAR_IMAGE }),
  );
  await executor.observe(handle, never);
  const at = Date.now();
  const late = at - Number(await readAll(executor, handle)) / 1e6;
  await executor.cleanup(handle);
  return late;
}

async function pending(attempts: number, ends: number): Promise<void> {
  const waiting = connect({ 'model-ci.dev/none': 'such' });
  const executor = connect();
  const all = new AbortController();
  const seen = new Set<Handle>();
  const handles: Handle[] = [];
  const submitted = await timed(async () => {
    while (handles.length < attempts) {
      const some = Array.from({ length: 20 }, () =>
        waiting.submit(specOf('true')),
      );
      handles.push(...(await Promise.all(some)));
    }
  });
  const observed = handles.map(handle =>
    waiting
      .observe(handle, all.signal, () => seen.add(handle))
      .catch(() => undefined),
  );
  while (seen.size < handles.length) {
    await delay(100);
  }
  const before = { ...calls };
  await delay(10_000);
  console.log(
    `${handles.length} attempts submitted in ${(submitted / 1000).toFixed(
      1,
    )} s; all pending: ${calls.watches - before.watches} new watches and ${
      calls.others - before.others
    } other calls in 10 s`,
  );
  const late: number[] = [];
  const runners = Array.from({ length: AT_ONCE }, async () => {
    for (let left = ends / AT_ONCE; left > 0; left--) {
      late.push(await runOne(executor));
    }
  });
  await Promise.all(runners);
  all.abort();
  await Promise.all(observed);
  console.log(
    `${late.length} ends seen after ${quantile(late, 0.5).toFixed(
      0,
    )} ms (p95 ${quantile(late, 0.95).toFixed(0)} ms, most ${Math.max(
      ...late,
    ).toFixed(0)} ms)`,
  );
}

/** What a backend does: it stores what comes, and goes on from there. */
async function followInto(file: string): Promise<void> {
  const handle: Handle = JSON.parse(await readFile(`${file}.handle`, 'utf8'));
  const executor = connect();
  const target = await open(file, 'a');
  const { size } = await stat(file);
  for await (const { data } of executor.readLogs(handle, size, never)) {
    await target.write(data);
  }
  await target.close();
}

async function followKilled(file: string, kills: number, bytes: number) {
  const follow = (): ChildProcess =>
    spawn(
      process.execPath,
      [...process.execArgv, __filename, 'follow', kubeconfig, file],
      { stdio: 'inherit', env: { ...process.env, NAMESPACE: namespace } },
    );
  const sizeOf = async () => (await stat(file).catch(() => ({ size: 0 }))).size;
  for (let kill = 1; kill <= kills; kill++) {
    const child = follow();
    while (
      (await sizeOf()) < (bytes * kill) / (kills + 1) &&
      child.exitCode === null
    ) {
      await delay(5);
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    console.log(`killed at ${await sizeOf()} bytes`);
  }
  const [code] = await once(follow(), 'exit');
  if (code !== 0) {
    throw new Error(`The last follower ended with ${code}`);
  }
}

async function longLog(megabytes: number, kills: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'model-ci-log-'));
  const file = join(folder, 'log');
  // Numbered lines of 64 bytes
  const lines = Math.floor((megabytes * 1e6) / 64);
  const script = `awk 'BEGIN { for (i = 1; i <= ${lines}; i++) printf "%063d\\n", i }'`;
  const executor = connect();
  const handle = await executor.submit(
    specOf(script, {
      resources: { cpus: 1, memoryBytes: 2 ** 27 },
    }),
  );
  await writeFile(`${file}.handle`, JSON.stringify(handle));
  const took = await timed(() => followKilled(file, kills, lines * 64));
  await executor.observe(handle, never);
  await executor.cleanup(handle);
  const expected = createHash('sha256');
  for (let i = 1; i <= lines; i++) {
    expected.update(`${String(i).padStart(63, '0')}\n`);
  }
  const found = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  const { size } = await stat(file);
  await rm(folder, { recursive: true });
  console.log(
    `${size} bytes in ${(took / 1000).toFixed(1)} s with ${kills} kills: ${
      found === expected.digest('hex') ? 'every byte once' : 'NOT the same'
    }`,
  );
}

async function main(): Promise<void> {
  if (mode === 'follow') {
    await followInto(numbers[0]);
    return;
  }
  const [first, second] = numbers.map(Number);
  await kubectl('create', 'namespace', namespace);
  try {
    switch (mode) {
      case 'stages':
        await compare('true', first || 7);
        await compare('sleep 5', first || 7);
        break;
      case 'pending':
        await pending(first || 1000, second || 100);
        break;
      case 'log':
        await longLog(first || 100, second || 5);
        break;
      default:
        throw new Error(`stages, pending or log, not ${mode}`);
    }
  } finally {
    await kubectl('delete', 'namespace', namespace, '--wait=false');
  }
}

main().then(
  () => process.exit(0),
  error => {
    console.error(error);
    process.exit(1);
  },
);
