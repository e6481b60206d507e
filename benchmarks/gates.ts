/**
 * How long the gate of a stage takes from two example sets in the store to its verdict, in the threads that the backend
 * uses, and how long the event loop is kept from everything else meanwhile. And gates without confidence on `--predictions`
 * examples, the metrics of their slices, and the parity of two environments that made as many, in a thread and without one.
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/gates.ts [--examples=100000] [--predictions=1000000]
 *
 * The backend starts its first thread before anybody needs it, so its start is timed apart, with the smallest set that is
 * given to a thread. From sources it reads TypeScript first, which the built package does not.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { AnalysisThreads } from '../plugins/model-ci-backend/src/analysis/AnalysisThreads';
import { createAnalyses } from '../plugins/model-ci-backend/src/analysis/createAnalyses';
import { MemoryArtifactStore } from '../plugins/model-ci-backend/src/engine/testing/MemoryArtifactStore';
import { writeExampleSet } from '../plugins/model-ci-backend/src/examples/writeExampleSet';
import type { ExampleRow } from '../plugins/model-ci-backend/src/examples/types';
import type {
  ExampleSource,
  StageEvidence,
} from '../plugins/model-ci-backend/src/gates/types';

const EXAMPLES = numberOf('examples', 100_000);
const PREDICTIONS = numberOf('predictions', 1_000_000);
/** The smallest set that is given to a thread. */
const FEW = 301;

function numberOf(name: string, usual: number): number {
  const given = process.argv.find(arg => arg.startsWith(`--${name}=`));
  return Number(given?.split('=')[1] ?? usual);
}

function* rows(
  count: number,
  isRight: (i: number) => boolean,
): Iterable<ExampleRow> {
  for (let i = 0; i < count; i += 1) {
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
  // Work that never let go of the event loop is seen when it comes back
  await pause(20);
  delay.disable();
  console.log(
    `${name}: ${took.toFixed(0)} ms, event loop at most ${(
      delay.max / 1e6
    ).toFixed(0)} ms`,
  );
}

function* predictions(step: number): Iterable<ExampleRow> {
  for (let i = 0; i < PREDICTIONS; i += 1) {
    const prediction = Math.round(Math.sin(i) / step) * step;
    yield { id: `example-${i}`, prediction, scores: {}, slices: {} };
  }
}

/** Answers of two classes, which F1, AUC and RMSE can be computed of, in two slices. */
function* answers(): Iterable<ExampleRow> {
  for (let i = 0; i < PREDICTIONS; i += 1) {
    const target = i % 2;
    yield {
      id: `example-${i}`,
      prediction: i % 7 === 0 ? 1 - target : target,
      target,
      scores: { score: target / 2 + Math.abs(Math.sin(i)) },
      slices: { size: i % 3 ? 'large' : 'small' },
    };
  }
}

/** Gates that allow nothing for chance, on metrics that only the examples give. */
function exactly(set: ExampleSource): StageEvidence {
  const gates = ['f1', 'auc', 'rmse'].map(metric => ({ metric, min: 0.1 }));
  return { gates, plan: [], evaluations: [], directions: {}, examples: [set] };
}

function against(
  metric: string,
  sets: { before: ExampleSource; now: ExampleSource },
): StageEvidence {
  const baseline = { name: 'champion', version: 1, values: [] };
  return {
    gates: [{ metric, baseline: 'champion', margin: 0.01, confidence: 0.95 }],
    plan: [{ baseline: { ...baseline, examples: [sets.before] } }],
    evaluations: [],
    directions: { accuracy: 'higher', quality: 'higher' },
    examples: [sets.now],
  };
}

async function main() {
  const store = new MemoryArtifactStore();
  const setsOf = async (count: number) => ({
    before: await writeExampleSet(
      rows(count, i => i % 5 < 3),
      store,
    ),
    now: await writeExampleSet(
      rows(count, i => (i * 7) % 5 < 3),
      store,
    ),
  });
  const few = await setsOf(FEW);
  const many = await setsOf(EXAMPLES);
  const threads = new AnalysisThreads({ store, logger: console });
  const judge = (metric: string, sets: typeof few) => () =>
    threads.judge(against(metric, sets));
  await timed('start of a thread', judge('accuracy', few));
  await timed('accuracy', judge('accuracy', many));
  await timed('accuracy again', judge('accuracy', many));
  await timed('mean of scores', judge('quality', many));
  const answered = await writeExampleSet(answers(), store);
  const exact = exactly(answered);
  const sliced = { ...answered, wanted: ['f1', 'auc', 'rmse'] };
  const here = createAnalyses(store);
  await timed('exact gates here', () => here.judge(exact));
  await timed('exact gates', () => threads.judge(exact));
  await timed('slices here', () => here.measureSlices(sliced));
  await timed('slices', () => threads.measureSlices(sliced));
  const executions = await Promise.all(
    [1e-6, 1e-3].map(async (step, i) => ({
      ...(await writeExampleSet(predictions(step), store)),
      instance: `on=${i}`,
      environment: `${i}`,
    })),
  );
  const parity = { executions, reference: '0' };
  await timed('parity here', () => here.compareEnvironments(parity));
  await timed('parity', () => threads.compareEnvironments(parity));
  await threads.stop();
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
