/* eslint-disable no-console */
/**
 * A long log of a pod, followed over HTTP by a client that reconnects by offset, while the backends that copy and serve it are killed one after the
 * other. There are two, on PostgreSQL, with artifacts in a bucket where MODEL_CI_TEST_CEPH names one.
 *
 *   MODEL_CI_BENCHMARK_POSTGRES=postgresql://… MODEL_CI_TEST_KUBERNETES=$TESTBED/kubernetes \
 *     node --require @backstage/cli/config/nodeTransform.cjs benchmarks/longLog.ts [megabytes] [kills]
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFinal } from '@model-ci/backstage-plugin-model-ci-common';
import { makePlaces, removePlaces } from './kills/engines';
import { startsFolder, type BackendOptions } from './kills/load';
import { Machine } from './kills/Machine';
import { Victim } from './kills/Victim';
import { createTables, openDatabase } from './realEngine';
import { clientOf, PIPELINE_REF } from './replica';

const [megabytes = 100, kills = 4] = process.argv.slice(2).map(Number);
/** With the end of the line. */
const LINE_BYTES = 64;
const LINES = Math.floor((megabytes * 1e6) / LINE_BYTES);
const BYTES = LINES * LINE_BYTES;
const PAUSE_MS = 1_000;

const DEFINITION = `version: 1
stages:
  long:
    executor: kubernetes
    image: localhost/busybox:1
    # Nobody cuts the power of this one
    kubernetes: { nodeSelector: { kubernetes.io/hostname: n1 } }
    resources: { cpus: 1, memory: 128Mi }
    run: |
      awk 'BEGIN { for (i = 1; i <= ${LINES}; i++) printf "%0${
  LINE_BYTES - 1
}d\\n", i }'
`;

function expectedDigest(): string {
  const hash = createHash('sha256');
  for (let line = 1; line <= LINES; line++) {
    hash.update(`${String(line).padStart(LINE_BYTES - 1, '0')}\n`);
  }
  return hash.digest('hex');
}

/** What the client has read, without the line in which the portal names the command. */
class Received {
  bytes = 0;
  private readonly hash = createHash('sha256');
  private begun = '';

  add(text: string): void {
    let rest = text;
    if (this.bytes === 0) {
      this.begun += text;
      // One line names the command, another ends it
      const header = /^(?:##\[[^\n]*\n)+(?=\d)/.exec(this.begun);
      if (!header) {
        return;
      }
      rest = this.begun.slice(header[0].length);
    }
    this.bytes += Buffer.byteLength(rest);
    this.hash.update(rest);
  }

  digest(): string {
    return this.hash.digest('hex');
  }
}

async function follow(options: BackendOptions, machine: Machine) {
  const victims = [new Victim(options, machine), new Victim(options, machine)];
  await Promise.all(victims.map(({ up }) => up));
  const client = clientOf(Number(new URL(machine.transfers).port));
  const { id } = await client.startRun(PIPELINE_REF, {});
  while (!(await client.getRun(id)).stages[0]?.attempts.length) {
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
  }
  const received = new Received();
  let [killed, reconnected] = [0, 0];
  let killing = Promise.resolve();
  const killNext = async () => {
    const index = killed % victims.length;
    await victims[index].up;
    await victims[index].kill();
    console.log(`killed at ${received.bytes} bytes`);
    victims[index] = new Victim(options, machine);
    killed++;
  };
  const started = performance.now();
  for await (const { text } of client.followLog(
    id,
    'long',
    {},
    { reconnectDelay: () => PAUSE_MS, onReconnect: () => reconnected++ },
  )) {
    received.add(text);
    if (
      killed < kills &&
      received.bytes > (BYTES * (killed + 1)) / (kills + 1)
    ) {
      killing = killing.then(killNext);
      await killing;
    }
  }
  const seconds = (performance.now() - started) / 1000;
  let run = await client.getRun(id);
  while (!isFinal(run.status)) {
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
    run = await client.getRun(id);
  }
  const stored = new Received();
  stored.add(await (await client.downloadLog(id, 'long')).text());
  await Promise.all(victims.map(victim => victim.up.then(() => victim.kill())));
  return { received, stored, seconds, reconnected, run };
}

async function main(): Promise<void> {
  const connection = process.env.MODEL_CI_BENCHMARK_POSTGRES;
  const places = await makePlaces(connection !== undefined);
  if (!connection || !places.kubernetes) {
    throw new Error(
      'Set MODEL_CI_BENCHMARK_POSTGRES and MODEL_CI_TEST_KUBERNETES',
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'model-ci-log-'));
  await mkdir(startsFolder(folder));
  const machine = await Machine.start(startsFolder(folder));
  const { bucket } = places;
  const options: BackendOptions = {
    ...{ ...places, folder, definition: DEFINITION, runsUnderWay: 0 },
    machine: { ledger: machine.ledger, transfers: machine.transfers },
    bucket: bucket && {
      ...bucket,
      transferEndpoint: await machine.open(bucket.endpoint),
    },
    postgres: { connection, schema: `model_ci_log_${process.pid}` },
  };
  const db = await openDatabase({ ...options, file: '' });
  try {
    await db.raw('create schema ??', [`model_ci_log_${process.pid}`]);
    await createTables(db);
    const found = await follow(options, machine);
    const { received, stored, seconds, reconnected, run } = found;
    const [want, live, kept] = [
      expectedDigest(),
      received.digest(),
      stored.digest(),
    ];
    console.log(
      `${received.bytes} bytes in ${seconds.toFixed(
        1,
      )} s with ${kills} kills and ${reconnected} reconnections, run ${
        run.status
      } in ${run.stages[0].attempts.length} attempt; followed: ${
        live === want ? 'every byte once' : 'NOT the same'
      }; stored: ${kept === want ? 'every byte once' : 'NOT the same'}`,
    );
    process.exitCode = live === want && kept === want ? 0 : 1;
  } finally {
    await db.raw('drop schema ?? cascade', [`model_ci_log_${process.pid}`]);
    await db.destroy();
    machine.close();
    await removePlaces(places);
    await rm(folder, { recursive: true });
  }
}

main().then(
  () => process.exit(),
  error => {
    console.error(error);
    process.exit(1);
  },
);
