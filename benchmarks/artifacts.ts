/* eslint-disable no-console */
/**
 * Measures how fast a file goes into the file system store and, verified, out of it into another file,
 * against a plain copy of the same file on the same disk. From this package's folder:
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/artifacts.ts [megabytes] [directory]
 */
import { randomFillSync } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FileSystemArtifactStore } from '../plugins/model-ci-backend/src/storage/FileSystemArtifactStore';

const MEGABYTE = 1024 * 1024;
const ROUNDS = 5;

async function main(): Promise<void> {
  const megabytes = Number(process.argv[2] ?? 512);
  const parent = process.argv[3] ?? tmpdir();
  const directory = await mkdtemp(join(parent, 'artifact-benchmark-'));
  try {
    await compare(directory, megabytes);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function compare(directory: string, megabytes: number): Promise<void> {
  const source = join(directory, 'source');
  await fill(source, megabytes);
  const store = await FileSystemArtifactStore.create({
    directory: join(directory, 'store'),
  });
  const read = () => createReadStream(source, { highWaterMark: MEGABYTE });
  const times: Record<string, number[]> = {};
  const measure = async (name: string, work: () => Promise<void>) => {
    const start = process.hrtime.bigint();
    await work();
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    (times[name] ??= []).push(seconds);
  };

  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  const copy = join(directory, 'copy');
  // A copy that would survive a power failure, as an artifact does.
  const toCopy = () => createWriteStream(copy, { flush: true });
  const measureRound = async () => {
    let digest = '';
    await measure('plain copy', () => pipeline(read(), toCopy()));
    await rm(copy);
    await measure('store write', async () => {
      ({ digest } = await store.write(read()));
    });
    await measure('store read', async () =>
      pipeline(await store.open(digest), toCopy()),
    );
    await rm(copy);
    await store.delete(digest);
  };
  for (let round = 0; round < ROUNDS; round += 1) await measureRound();
  clearInterval(watch);

  const best = (name: string) => Math.min(...times[name]);
  const show = (name: string) =>
    console.log(
      `${name}: ${(megabytes / best(name)).toFixed(0)} MB/s, ${(
        best('plain copy') / best(name)
      ).toFixed(2)} of a plain copy`,
    );
  console.log(`${megabytes} MB, best of ${ROUNDS} rounds`);
  show('plain copy');
  show('store write');
  show('store read');
  console.log(`peak memory: ${(peak / MEGABYTE).toFixed(0)} MB`);
}

async function fill(path: string, megabytes: number): Promise<void> {
  const file = await open(path, 'w');
  const chunk = Buffer.alloc(MEGABYTE);
  for (let i = 0; i < megabytes; i += 1) {
    await file.write(randomFillSync(chunk));
  }
  await file.close();
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
