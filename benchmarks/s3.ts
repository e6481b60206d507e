/* eslint-disable no-console */
/**
 * Measures how fast an artifact goes into the store in a bucket, and verified out of it, against the SDK's own upload in
 * parts and its plain download from the same server, and how much memory each takes beyond what its idle process has. Each
 * measurement is a process of its own, in turns. Needs the testbed's Ceph (testbed/ceph/README.md).
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/s3.ts [megabytes] [rounds]
 */
import { execFileSync } from 'node:child_process';
import { randomFillSync, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { S3ArtifactStore } from '@model-ci/backstage-plugin-model-ci-backend-module-s3';

const MEGABYTE = 1024 * 1024;
const BUCKET = 'benchmark';
const CHUNK = 64 * 1024;

type Direction = 'write' | 'read';

interface Figure {
  seconds: number;
  /** Above the idle process, in megabytes. */
  memory: number;
}

interface Subject {
  write(content: Readable): Promise<string>;
  read(name: string): Promise<Readable>;
  remove(name: string): Promise<void>;
}

function readEnv(): Record<string, string> {
  const { MODEL_CI_TEST_CEPH } = process.env;
  if (!MODEL_CI_TEST_CEPH) {
    throw new Error(
      'Start a Ceph as testbed/ceph/README.md says, and set MODEL_CI_TEST_CEPH',
    );
  }
  const lines = readFileSync(join(MODEL_CI_TEST_CEPH, 'env'), 'utf8').split(
    '\n',
  );
  return Object.fromEntries(lines.map(line => line.split('=')));
}

function createClient(): S3Client {
  const env = readEnv();
  return new S3Client({
    endpoint: env.S3_ENDPOINT,
    region: env.AWS_REGION,
    forcePathStyle: true,
    credentials: credentialsOf(env),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

function credentialsOf(env: Record<string, string>) {
  return {
    accessKeyId: env.AWS_ACCESS_KEY_ID,
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
  };
}

/** The SDK as its documentation uses it, with parts as large as the store's and as many at once. */
function plain(): Subject {
  const client = createClient();
  return {
    async write(content) {
      const Key = randomUUID();
      await new Upload({
        client,
        params: { Bucket: BUCKET, Key, Body: content },
        partSize: 8 * MEGABYTE,
        queueSize: 4,
      }).done();
      return Key;
    },
    async read(Key) {
      const get = new GetObjectCommand({ Bucket: BUCKET, Key });
      const { Body } = await client.send(get);
      if (!(Body instanceof Readable)) {
        throw new Error('The server answered with no content');
      }
      return Body;
    },
    async remove(Key) {
      await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
    },
  };
}

async function store(): Promise<Subject> {
  const env = readEnv();
  const created = await S3ArtifactStore.create({
    settings: {
      bucket: BUCKET,
      prefix: '',
      region: env.AWS_REGION,
      endpoint: env.S3_ENDPOINT,
      forcePathStyle: true,
      credentials: credentialsOf(env),
    },
    logger: console,
  });
  return {
    write: async content => (await created.write(content)).digest,
    read: digest => created.open(digest),
    remove: digest => created.delete(digest),
  };
}

/** Runs in a process of its own, so that neither finds memory that the other has left, and prints what it came to. */
async function measureOne(
  name: string,
  direction: string,
  megabytes: number,
  key: string,
): Promise<void> {
  const subject = name === 'plain' ? plain() : await store();
  // Whatever is loaded or compiled on the way is no part of a transfer's memory.
  const small = await subject.write(generate(1));
  await pipeline(await subject.read(small), nowhere());
  await subject.remove(small);
  let written = key;
  const figure = await measure(async () => {
    if (direction === 'write') {
      written = await subject.write(generate(megabytes));
    } else {
      await pipeline(await subject.read(key), nowhere());
    }
  });
  if (direction === 'read') {
    await subject.remove(key);
  }
  console.log(JSON.stringify({ figure, key: written }));
  process.exit();
}

function runOne(
  name: string,
  direction: Direction,
  megabytes: number,
  key = '',
) {
  const output = execFileSync(
    process.execPath,
    [
      ...['--expose-gc', ...process.execArgv, __filename],
      ...['--only', name, direction, String(megabytes), key],
    ],
    { encoding: 'utf8' },
  );
  const answer: { figure: Figure; key: string } = JSON.parse(
    output.trim().split('\n').at(-1) ?? '',
  );
  return answer;
}

async function measure(work: () => Promise<void>): Promise<Figure> {
  global.gc?.();
  const idle = process.memoryUsage.rss();
  let peak = idle;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 10);
  const start = process.hrtime.bigint();
  await work();
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  clearInterval(watch);
  return { seconds, memory: (peak - idle) / MEGABYTE };
}

/** Chunks as large as those of a network. The same ones again and again, so that they take no memory of their own. */
function generate(megabytes: number): Readable {
  const bytes = randomFillSync(Buffer.alloc(MEGABYTE));
  function* chunks() {
    for (let i = 0; i < megabytes; i += 1) {
      for (let at = 0; at < MEGABYTE; at += CHUNK) {
        yield bytes.subarray(at, at + CHUNK);
      }
    }
  }
  return Readable.from(chunks());
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

async function compare(megabytes: number, rounds: number): Promise<void> {
  const client = createClient();
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const figures: Record<string, Array<{ write: Figure; read: Figure }>> = {
    plain: [],
    store: [],
  };
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, list] of Object.entries(figures)) {
      const write = runOne(name, 'write', megabytes);
      const read = runOne(name, 'read', megabytes, write.key);
      list.push({ write: write.figure, read: read.figure });
    }
  }
  console.log(
    `${megabytes} MB, best and median of ${rounds} rounds, load ${loadavg()[0].toFixed(
      1,
    )}`,
  );
  for (const direction of ['write', 'read'] as const) {
    for (const [name, list] of Object.entries(figures)) {
      const seconds = sorted(list.map(figure => figure[direction].seconds));
      const memory = Math.max(...list.map(figure => figure[direction].memory));
      const speed = (s: number) => `${(megabytes / s).toFixed(0)} MB/s`;
      console.log(
        `${direction} ${name}: ${speed(seconds[0])}, median ${speed(
          middle(seconds),
        )}, at most ${memory.toFixed(0)} MB above idle`,
      );
    }
    const ratio = (pick: (seconds: number[]) => number) =>
      (
        pick(sorted(figures.plain.map(figure => figure[direction].seconds))) /
        pick(sorted(figures.store.map(figure => figure[direction].seconds)))
      ).toFixed(2);
    console.log(
      `${direction}: ${ratio(([best]) => best)} of plain, median ${ratio(
        middle,
      )}`,
    );
  }
  // Not empty where one was killed in the middle, which is no reason to lose the figures
  await client.send(new DeleteBucketCommand({ Bucket: BUCKET }));
}

function sorted(values: number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

function middle(values: number[]): number {
  return values[Math.floor(values.length / 2)];
}

async function main(): Promise<void> {
  const [first, ...rest] = process.argv.slice(2);
  if (first === '--only') {
    const [name, direction, megabytes, key] = rest;
    await measureOne(name, direction, Number(megabytes), key);
  } else {
    await compare(Number(first ?? 1000), Number(rest[0] ?? 5));
  }
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
