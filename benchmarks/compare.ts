/* eslint-disable no-console */
/**
 * How long a comparison of two versions takes until its verdict, and each page of examples after it, in the thread that
 * the backend uses; beside it, the same two reports read, paired and compared the plain way. And how long the history of
 * one metric takes to be read and thinned.
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/compare.ts [examples]
 */
import { mkdtemp, rm, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { AnalysisThreads } from '../plugins/model-ci-backend/src/analysis/AnalysisThreads';
import type { PageRequest } from '../plugins/model-ci-backend/src/comparison/types';
import { thinPoints } from '../plugins/model-ci-backend/src/evaluations/history/thinPoints';
import type { ExampleRow } from '../plugins/model-ci-backend/src/examples/types';
import { writeExampleSet } from '../plugins/model-ci-backend/src/examples/writeExampleSet';
import { FileSystemArtifactStore } from '../plugins/model-ci-backend/src/storage/FileSystemArtifactStore';

const EXAMPLES = Number(process.argv[2] ?? 100_000);
const PAGES = 20;

/** Right with a probability that differs a little between the versions; the same in each run. */
function examples(version: number): ExampleRow[] {
  return Array.from({ length: EXAMPLES }, (_, i) => {
    const chance = ((i * 2654435761 + version * 40503) % 1000) / 1000;
    return {
      id: `example-${(i * 7919) % EXAMPLES}-of-a-set`,
      prediction: chance < 0.8 + version / 100 ? 'cat' : `dog ${i % 50}`,
      target: 'cat',
      scores: {},
      group: `patient ${i % (EXAMPLES / 10)}`,
      slices: { age: i % 3 === 0 ? '65+' : '18-64', region: `r${i % 20}` },
    };
  });
}

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  const ms = performance.now() - started;
  console.log(`${name}: ${ms.toFixed(0)} ms`);
  return result;
}

/** What anybody would do first: parse both files, pair by id, average, sort. */
async function plain(files: string[]): Promise<number> {
  const [before, now] = await Promise.all(
    files.map(async file =>
      (
        await readFile(file, 'utf8')
      )
        .trimEnd()
        .split('\n')
        .map((line): ExampleRow => JSON.parse(line)),
    ),
  );
  const known = new Map(before.map(row => [row.id, row]));
  const changes = now.flatMap(row => {
    const other = known.get(row.id);
    return other ? [{ row, other, change: score(row) - score(other) }] : [];
  });
  changes.sort((a, b) => a.change - b.change);
  return changes.reduce((sum, { change }) => sum + change, 0) / changes.length;
}

function score({ prediction, target }: ExampleRow): number {
  return prediction === target ? 1 : 0;
}

async function compare(directory: string): Promise<void> {
  const store = await FileSystemArtifactStore.create({
    directory: path.join(directory, 'store'),
  });
  const versions = [examples(1), examples(2)];
  const files = versions.map((_, i) => path.join(directory, `${i}.jsonl`));
  await Promise.all(
    versions.map((rows, i) =>
      writeFile(files[i], rows.map(row => `${JSON.stringify(row)}\n`).join('')),
    ),
  );
  const sets = [];
  for (const rows of versions) sets.push(await writeExampleSet(rows, store));
  const request: PageRequest = {
    subject: {
      baseline: { digest: sets[0].digest },
      candidate: { digest: sets[1].digest },
      directions: {},
      common: false,
    },
    filter: {},
    sort: 'regression',
    after: 0,
    limit: 25,
  };
  const thread = new AnalysisThreads({ store, logger: console });
  try {
    const empty = await writeExampleSet(versions[0].slice(0, 2), store);
    const side = { digest: empty.digest };
    await timed('start of the thread', () =>
      thread.page({
        ...request,
        subject: { ...request.subject, baseline: side, candidate: side },
      }),
    );
    const first = await timed(`verdict of ${EXAMPLES} examples`, () =>
      thread.page(request),
    );
    console.log(JSON.stringify(first.verdict), JSON.stringify(first.counts));
    await pages('a page', thread, i => ({ ...request, after: 25 * (i + 1) }));
    const filters: Array<[string, Partial<PageRequest>]> = [
      ['a slice', { filter: { slice: { name: 'region', value: 'r7' } } }],
      ['what flipped', { filter: { flips: 'lost' } }],
      ['a text', { filter: { text: 'dog 17' } }],
    ];
    for (const [name, more] of filters) {
      const asked = { ...request, ...more };
      await timed(`the first page of ${name}`, () => thread.page(asked));
      await pages(`a page of ${name}`, thread, i => ({
        ...asked,
        after: 25 * i,
      }));
    }
  } finally {
    await thread.stop();
  }
  await timed('the plain way: parse, pair, average, sort', () => plain(files));
}

async function pages(
  name: string,
  thread: AnalysisThreads,
  request: (i: number) => PageRequest,
): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < PAGES; i += 1) {
    const started = performance.now();
    await thread.page(request(i));
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const median = times[PAGES / 2].toFixed(1);
  console.log(
    `${name}: p50 ${median}, worst ${times[PAGES - 1].toFixed(1)} ms`,
  );
}

async function main(): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'compare-benchmark-'));
  try {
    await compare(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
  const points = Array.from({ length: 10_000 }, (_, i) => ({
    value: Math.sin(i / 100),
    datasetDigest: i < 5000 ? 'a' : 'b',
  }));
  await timed('thinning 10,000 points to 1,000', async () =>
    thinPoints(points, 1000),
  );
}

main().then(
  () => process.exit(),
  error => {
    console.error(error);
    process.exit(1);
  },
);
