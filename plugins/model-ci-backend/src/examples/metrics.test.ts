import { MemoryArtifactStore } from '../engine/testing/MemoryArtifactStore';
import { metricOf } from './metrics';
import { openExampleSet } from './openExampleSet';
import sklearn from './testing/classMetrics.json';
import { writeExampleSet } from './writeExampleSet';
import type { ExampleRow } from './types';

/** What classMetrics.py asks scikit-learn for. */
const METRICS = ['precision', 'recall', 'f1', 'f1_macro'] as const;

type Pair = [
  prediction: ExampleRow['prediction'],
  target?: ExampleRow['target'],
  score?: number,
];

async function setOf(pairs: Pair[]) {
  const store = new MemoryArtifactStore();
  const { digest } = await writeExampleSet(
    pairs.map(
      ([prediction, target, score], i): ExampleRow => ({
        id: String(i).padStart(3, '0'),
        prediction,
        target,
        scores: score === undefined ? {} : { score },
        slices: {},
      }),
    ),
    store,
  );
  return openExampleSet(store, digest);
}

async function valueOf(pairs: Pair[], name: string, rows?: Int32Array) {
  const found = await metricOf(await setOf(pairs), name, rows);
  switch (found.type) {
    case 'mean':
      return found.scores.reduce((a, b) => a + b, 0) / found.scores.length;
    case 'sample':
      return found.metric(new Float64Array(found.examples).fill(1));
    default:
      return found.reason;
  }
}

const regression: Pair[] = [
  [2.5, 3],
  [0, -0.5],
  [2, 2],
  [8, 7],
];
const binary: Pair[] = [
  [1, 1, 0.9],
  [0, 1, 0.4],
  [1, 0, 0.6],
  [0, 0, 0.1],
  [1, 1, 0.8],
];
const classes: Pair[] = [
  ['cat', 'cat'],
  ['dog', 'cat'],
  ['dog', 'dog'],
  ['owl', 'owl'],
];

describe('metricOf', () => {
  // Expected values: worked out by hand from the same data
  it.each<[string, Pair[], number]>([
    ['score', binary, 0.56],
    ['mae', regression, 0.5],
    ['mse', regression, 0.375],
    ['RMSE', regression, 0.6123724356957945],
    ['r2', regression, 0.9486081370449679],
    ['accuracy', binary, 0.6],
    ['acc', classes, 0.75],
    ['precision', binary, 2 / 3],
    ['recall', binary, 2 / 3],
    ['f1', binary, 2 / 3],
    ['f1', classes, 0.7777777777777777],
    ['macro-f1', binary, 0.5833333333333333],
    ['precision', classes, 0.8333333333333334],
    ['recall', classes, 0.8333333333333334],
    ['roc_auc', binary, 0.8333333333333334],
  ])('computes %s', async (name, pairs, value) => {
    expect(await valueOf(pairs, name)).toBeCloseTo(value, 12);
  });

  it.each(
    sklearn.flatMap(given => METRICS.map(metric => ({ metric, ...given }))),
  )(
    'computes $metric as scikit-learn does: $name',
    async ({ metric, targets, predictions, whole, half }) => {
      const pairs = predictions.map((said, i): Pair => [said, targets[i]]);
      const rows = Int32Array.from({ length: 20 }, (_, i) => i);
      expect(await valueOf(pairs, metric)).toBeCloseTo(whole[metric], 12);
      expect(await valueOf(pairs, metric, rows)).toBeCloseTo(half[metric], 12);
    },
  );

  it('asks the targets of all examples what the metric of a slice is', async () => {
    const pairs: Pair[] = [
      [1, 1],
      [0, 0],
      [0, 1],
      [2, 2],
    ];
    // Over the classes 0 and 1 of the slice: 2/3 each, though of class 1 alone it would be the same data
    expect(await valueOf(pairs, 'precision', Int32Array.of(0, 1, 2))).toBe(
      0.75,
    );
    expect(await valueOf(pairs, 'auc', Int32Array.of(0, 1, 2))).toBe(
      'not-binary',
    );
  });

  it('ranks by predictions that are no decisions', async () => {
    const pairs = binary.map(([, target, score]): Pair => [score, target]);
    expect(await valueOf(pairs, 'auc')).toBeCloseTo(5 / 6, 12);
  });

  it('counts the examples of a slice alone', async () => {
    expect(await valueOf(regression, 'mae', Int32Array.of(0, 2))).toBe(0.25);
    expect(await valueOf(classes, 'accuracy', Int32Array.of(0, 1))).toBe(0.5);
  });

  it('takes a number and a text of the same characters for the same label', async () => {
    const pairs: Pair[] = [
      [1, '1'],
      ['2', '2'],
    ];
    expect(await valueOf(pairs, 'accuracy')).toBe(1);
  });

  it.each<[string, Pair[], string]>([
    ['bleu', regression, 'unknown'],
    ['constructor', regression, 'unknown'],
    ['score', regression, 'unknown'],
    ['rmse', [[1]], 'no-target'],
    ['rmse', [[1, 2], [1]], 'incomplete'],
    ['rmse', classes, 'not-numbers'],
    ['auc', classes, 'not-binary'],
    ['auc', [['yes', 'yes']], 'not-numbers'],
    ['auc', [['yes', 'yes', NaN]], 'incomplete'],
  ])('says why there is no %s', async (name, pairs, reason) => {
    expect(await valueOf(pairs, name)).toBe(reason);
  });
});
