/* eslint-disable no-console */
/**
 * Reads reports of 100 MB each, as they are collected of an attempt that has ended, and answers for each kind how long it
 * takes, how much memory it takes at most above what the process had before, and for how long it keeps the event loop.
 * Each kind is read in a process of its own.
 *
 *   node --expose-gc --require @backstage/cli/config/nodeTransform.cjs benchmarks/reports.ts [megabytes]
 */
import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { packPath } from '@model-ci/backstage-plugin-model-ci-node';
import { parseStoredStage } from '@model-ci/backstage-plugin-model-ci-common';
import { createAnalyses } from '../plugins/model-ci-backend/src/analysis/createAnalyses';
import { collectReports } from '../plugins/model-ci-backend/src/evaluations/collectReports';
import { FileSystemArtifactStore } from '../plugins/model-ci-backend/src/storage/FileSystemArtifactStore';

const MEGABYTE = 1e6;
/** A report cannot have more test cases, examples or metrics than these. */
const [TESTS, EXAMPLES, METRICS] = [100_000, 1_000_000, 1000];

interface Kind {
  name: string;
  report: 'junit' | 'metrics' | 'predictions' | 'series';
  file: string;
  /** Pieces of so many bytes in all. */
  write(bytes: number): Generator<string>;
}

function* repeat(count: number, piece: (at: number) => string) {
  for (let at = 0; at < count; at += 1) yield piece(at);
}

const KINDS: Kind[] = [
  {
    name: 'junit',
    report: 'junit',
    file: 'junit.xml',
    *write(bytes) {
      const details = 'x'.repeat(Math.max(1, bytes / TESTS - 90));
      yield '<testsuites><testsuite name="s">\n';
      yield* repeat(
        TESTS,
        at =>
          `<testcase classname="tests.test_model" name="test_${at}" time="0.01"><system-out>${details}</system-out></testcase>\n`,
      );
      yield '</testsuite></testsuites>\n';
    },
  },
  {
    name: 'metrics',
    report: 'metrics',
    file: 'metrics.json',
    *write(bytes) {
      yield '{\n';
      yield* repeat(METRICS, at => `"metric_${at}": ${at / 7},\n`);
      const text = 'x'.repeat(80);
      yield* repeat(bytes / 100, at => `"text_${at}": "${text}",\n`);
      yield '"end": ""}\n';
    },
  },
  {
    name: 'predictions',
    report: 'predictions',
    file: 'predictions.jsonl',
    *write(bytes) {
      const count = Math.min(EXAMPLES, Math.floor(bytes / 100));
      yield* repeat(
        count,
        at =>
          `{"id": "example-${at}", "prediction": ${Math.sin(
            at,
          )}, "target": ${Math.cos(at)}, "score": ${at % 2}}\n`,
      );
    },
  },
  {
    name: 'series',
    report: 'series',
    file: 'train.jsonl',
    *write(bytes) {
      yield* repeat(
        Math.floor(bytes / 100),
        at =>
          `{"step": ${at}, "epoch": ${at / 1000}, "loss": ${Math.exp(
            -at / 1e5,
          )}, "accuracy": ${Math.sin(at)}}\n`,
      );
    },
  },
];

async function measure(kind: Kind, bytes: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'model-ci-reports-'));
  try {
    await pipeline(
      Readable.from(kind.write(bytes)),
      createWriteStream(join(folder, kind.file)),
    );
    const store = await FileSystemArtifactStore.create({
      directory: join(folder, 'store'),
    });
    globalThis.gc?.();
    await pause(500);
    const idle = process.resourceUsage().maxRSS;
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const start = performance.now();
    const { summaries, problems } = await collectReports({
      stage: {
        definition: parseStoredStage(
          JSON.stringify({
            script: 'true',
            reports: { [kind.report]: kind.file },
          }),
        ),
      },
      executor: { collect: (_, path) => packPath(folder, path) },
      handle: {},
      store,
      measureSlices: request => createAnalyses(store).measureSlices(request),
      commandSucceeded: true,
    });
    const seconds = (performance.now() - start) / 1000;
    delay.disable();
    if (problems.length > 0 || summaries.length !== 1) {
      throw new Error(JSON.stringify(problems.map(({ text }) => text)));
    }
    const peak = process.resourceUsage().maxRSS - idle;
    console.log(
      `${kind.name.padEnd(12)} ${seconds.toFixed(1).padStart(6)} s ${(
        (peak * 1024) /
        MEGABYTE
      )
        .toFixed(0)
        .padStart(6)} MB ${(delay.max / 1e6).toFixed(0).padStart(6)} ms`,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function main(): Promise<void> {
  const [argument, only] = process.argv.slice(2);
  const megabytes = Number(argument ?? 100);
  const kind = KINDS.find(({ name }) => name === only);
  if (kind) {
    await measure(kind, megabytes * MEGABYTE);
    return;
  }
  console.log('kind             time   memory   longest block');
  for (const { name } of KINDS) {
    const { status } = spawnSync(
      process.execPath,
      [...process.execArgv, __filename, String(megabytes), name],
      { stdio: 'inherit' },
    );
    if (status !== 0) {
      process.exitCode = 1;
    }
  }
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
