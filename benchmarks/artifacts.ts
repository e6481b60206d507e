/* eslint-disable no-console */
/**
 * Measures how fast a file goes into the file system store and, verified, out of it into another file,
 * against a plain copy of the same file on the same disk. Both are checked by SHA-256, which one core
 * computes at its own speed whatever the store does; that speed is measured in the same rounds.
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/artifacts.ts [megabytes] [directory]
 */
import { createHash, randomFillSync } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FileSystemArtifactStore } from '../plugins/model-ci-backend/src/storage/FileSystemArtifactStore';

const MEGABYTE = 1024 * 1024;
const ROUNDS = 7;

/** The best of some rounds, and the most memory that any of them came to. */
interface Figure {
  seconds: number;
  cpuSeconds: number;
  peak: number;
}

const figures = new Map<string, Figure>();

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
  const baseline = process.memoryUsage.rss();
  const read = () => createReadStream(source, { highWaterMark: MEGABYTE });
  const copy = join(directory, 'copy');
  // A copy that would survive a power failure, as an artifact does.
  const toCopy = () => createWriteStream(copy, { flush: true });
  const bytes = randomFillSync(Buffer.alloc(MEGABYTE));
  // Whoever writes first after a file was deleted gets its memory for the page cache; others have to wait until
  // the kernel, or below it the hypervisor, finds some. Each begins with as much of it.
  const measure = async (name: string, work: () => Promise<void>) => {
    await pipeline(read(), toCopy());
    await rm(copy);
    await measureOnce(name, work);
  };

  for (let round = 0; round < ROUNDS; round += 1) {
    let digest = '';
    await measure('SHA-256 alone', async () => {
      const hash = createHash('sha256');
      for (let i = 0; i < megabytes; i += 1) hash.update(bytes);
    });
    await measure('plain copy', () => pipeline(read(), toCopy()));
    await rm(copy);
    await measure('store write', async () => {
      ({ digest } = await store.write(read()));
    });
    await measure('store read, into a file', async () =>
      pipeline(await store.open(digest), toCopy()),
    );
    await rm(copy);
    await measure('plain read, into nothing', () =>
      pipeline(read(), nowhere()),
    );
    await measure('store read, into nothing', async () =>
      pipeline(await store.open(digest), nowhere()),
    );
    await store.delete(digest);
  }
  report(megabytes, baseline);
}

function report(megabytes: number, baseline: number): void {
  const plain = figures.get('plain copy')?.seconds ?? NaN;
  const mb = (size: number) => (size / MEGABYTE).toFixed(0);
  console.log(
    `${megabytes} MB, best of ${ROUNDS} rounds, load ${loadavg()[0].toFixed(
      1,
    )}; ` + `memory before: ${mb(baseline)} MB`,
  );
  for (const [name, { seconds, cpuSeconds, peak }] of figures) {
    console.log(
      `${name}: ${(megabytes / seconds).toFixed(0)} MB/s, ` +
        `${(plain / seconds).toFixed(2)} of a plain copy, ` +
        `${cpuSeconds.toFixed(2)} s of CPU, at most ${mb(peak)} MB`,
    );
  }
}

async function measureOnce(
  name: string,
  work: () => Promise<void>,
): Promise<void> {
  let peak = process.memoryUsage.rss();
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 5);
  const cpuBefore = process.cpuUsage();
  const start = process.hrtime.bigint();
  await work();
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const { user, system } = process.cpuUsage(cpuBefore);
  clearInterval(watch);
  const cpuSeconds = (user + system) / 1e6;
  const best = figures.get(name);
  figures.set(name, {
    ...(best && best.seconds < seconds ? best : { seconds, cpuSeconds }),
    peak: Math.max(peak, best?.peak ?? 0),
  });
}

function nowhere(): Writable {
  return new Writable({
    highWaterMark: MEGABYTE,
    write: (_chunk, _encoding, done) => done(),
  });
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
