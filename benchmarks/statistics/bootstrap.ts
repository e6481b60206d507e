import { normalCdf } from '../../plugins/model-ci-backend/src/statistics/distributions/normal';
import type { Groups } from '../../plugins/model-ci-backend/src/statistics/groups';
import {
  f1,
  recall,
} from '../../plugins/model-ci-backend/src/statistics/metrics/classification';
import {
  difference,
  type Metric,
} from '../../plugins/model-ci-backend/src/statistics/metrics/metric';
import {
  auc,
  quantile,
} from '../../plugins/model-ci-backend/src/statistics/metrics/ranking';
import { rmse } from '../../plugins/model-ci-backend/src/statistics/metrics/regression';
import {
  COVERAGE_COLUMNS,
  coverageCells,
  coverageOf,
  printHeader,
  printRow,
} from './coverage';
import { limitsOfSamples } from './drawnOnce';
import { bernoulli, draw, normal, type Random } from './sampling';

interface Scenario {
  name: string;
  /** Higher where nothing is said. */
  better?: 'lower';
  truth: number;
  sizes: number[];
  sample(random: Random, n: number): Metric;
  groups?(n: number): Groups;
}

/** Whether each example is of the class, and what a model says that is right in this share of all cases. */
function decisions(random: Random, n: number, share: number, right = 0.85) {
  const actual = Array.from(
    { length: n },
    () => bernoulli(random, share) === 1,
  );
  const predicted = actual.map(is => (bernoulli(random, right) ? is : !is));
  return { actual, predicted };
}

const SCENARIOS: Scenario[] = [
  {
    name: 'RMSE',
    better: 'lower',
    truth: 1,
    sizes: [20, 100],
    sample: (random, n) =>
      rmse(
        new Float64Array(n),
        draw(n, () => normal(random)),
      ),
  },
  {
    name: 'difference of RMSE',
    better: 'lower',
    truth: 0.1,
    sizes: [20, 100],
    sample: (random, n) => {
      const errors = draw(n, () => normal(random));
      const other = errors.map(e => 0.8 * e + 0.6 * normal(random));
      return difference(
        rmse(
          new Float64Array(n),
          other.map(e => 1.1 * e),
        ),
        rmse(new Float64Array(n), errors),
      );
    },
  },
  {
    name: 'F1, half of the class',
    truth: 0.85,
    sizes: [20, 100],
    sample: (random, n) => f1(decisions(random, n, 0.5)),
  },
  {
    name: 'F1 near 1: right in 98 %',
    truth: 0.98,
    sizes: [20, 100],
    sample: (random, n) => f1(decisions(random, n, 0.5, 0.98)),
  },
  {
    name: 'difference of F1',
    truth: 0,
    sizes: [20, 100],
    sample: (random, n) => {
      const { actual, predicted } = decisions(random, n, 0.5);
      const other = actual.map((is, i) =>
        bernoulli(random, 0.5)
          ? predicted[i]
          : is === (bernoulli(random, 0.85) === 1),
      );
      return difference(
        f1({ actual, predicted: other }),
        f1({ actual, predicted }),
      );
    },
  },
  {
    name: 'recall, 10 % of the class',
    truth: 0.85,
    sizes: [100],
    sample: (random, n) => recall(decisions(random, n, 0.1)),
  },
  {
    name: 'AUC',
    truth: normalCdf(1 / Math.SQRT2),
    sizes: [20, 100],
    sample: (random, n) => {
      const actual = Array.from({ length: n }, (_, i) => i % 2 === 0);
      const scores = draw(n, i => normal(random) + (actual[i] ? 1 : 0));
      return auc(actual, scores);
    },
  },
  {
    name: '90 % quantile',
    better: 'lower',
    truth: Math.log(10),
    sizes: [20, 100],
    sample: (random, n) =>
      quantile(
        draw(n, () => -Math.log(1 - random.next() / 2 ** 32)),
        0.9,
      ),
  },
  {
    name: 'RMSE, groups of 5',
    better: 'lower',
    truth: 1,
    sizes: [100],
    sample: (random, n) => {
      const common = draw(n / 5, () => normal(random));
      const errors = draw(
        n,
        i => (common[Math.floor(i / 5)] + normal(random)) / Math.SQRT2,
      );
      return rmse(new Float64Array(n), errors);
    },
    groups: n => ({
      of: Int32Array.from({ length: n }, (_, i) => Math.floor(i / 5)),
      count: n / 5,
    }),
  },
];

export function bootstrap(trials: number): void {
  printHeader(['metric', 'n', ...COVERAGE_COLUMNS]);
  for (const { name, truth, sizes, sample, groups, better } of SCENARIOS) {
    for (const n of sizes) {
      const limits = limitsOfSamples(n, groups?.(n));
      const turned = better === 'lower' ? -truth : truth;
      const coverage = coverageOf(trials, turned, random => {
        const { lower, upper } = limits(sample(random, n));
        return better === 'lower'
          ? { lower: -upper, upper: -lower }
          : { lower, upper };
      });
      printRow([name, n, ...coverageCells(coverage)]);
    }
  }
}
