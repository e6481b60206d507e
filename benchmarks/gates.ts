/**
 * How long the gate of a stage takes from two example sets in the store to its verdict, and how long the event loop of the
 * backend is kept from everything else meanwhile.
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/gates.ts [--examples=100000]
 *
 * From sources, the thread reads TypeScript first, which the built package does not: it is timed once without work.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { MemoryArtifactStore } from '../plugins/model-ci-backend/src/engine/testing/MemoryArtifactStore';
import { writeExampleSet } from '../plugins/model-ci-backend/src/examples/writeExampleSet';
import type { ExampleRow } from '../plugins/model-ci-backend/src/examples/types';
import type { StageEvidence } from '../plugins/model-ci-backend/src/gates/types';
import { judgeInThread } from '../plugins/model-ci-backend/src/gates/worker/judgeGates';

const DEFAULT_EXAMPLES = 100_000;
const examples = Number(
  process.argv.find(arg => arg.startsWith('--examples='))?.split('=')[1] ??
    DEFAULT_EXAMPLES,
);

function* rows(isRight: (i: number) => boolean): Iterable<ExampleRow> {
  for (let i = 0; i < examples; i += 1) {
    yield {
      id: `example-${i}`,
      prediction: isRight(i) ? 1 : 0,
      target: 1,
      scores: { quality: (i % 97) / 97 + (isRight(i) ? 0.1 : 0) },
      slices: {},
    };
  }
}

async function timed(name: string, work: () => Promise<unknown>) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  await work();
  const took = performance.now() - start;
  delay.disable();
  console.log(
    `${name}: ${took.toFixed(0)} ms, event loop at most ${(
      delay.max / 1e6
    ).toFixed(0)} ms`,
  );
}

async function main() {
  const store = new MemoryArtifactStore();
  const before = await writeExampleSet(
    rows(i => i % 5 < 3),
    store,
  );
  const now = await writeExampleSet(
    rows(i => (i * 7) % 5 < 3),
    store,
  );
  const nothing: StageEvidence = {
    gates: [],
    plan: [],
    evaluations: [],
    examples: [],
    directions: { quality: 'higher' },
  };
  const against = (metric: string): StageEvidence => ({
    ...nothing,
    gates: [{ metric, baseline: 'champion', margin: 0.01, confidence: 0.95 }],
    plan: [
      {
        baseline: {
          name: 'champion',
          version: 1,
          values: [],
          examples: [before],
        },
      },
    ],
    directions: { accuracy: 'higher', quality: 'higher' },
    examples: [now],
  });
  await timed('a thread alone', () => judgeInThread(nothing, store));
  await timed('accuracy', () => judgeInThread(against('accuracy'), store));
  await timed('mean of scores', () => judgeInThread(against('quality'), store));
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
