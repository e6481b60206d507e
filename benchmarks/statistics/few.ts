import {
  difference,
  type Metric,
} from '../../plugins/model-ci-backend/src/statistics/metrics/metric';
import { rmse } from '../../plugins/model-ci-backend/src/statistics/metrics/regression';
import { coverageOf, percent, printHeader, printRow } from './coverage';
import { limitsOfSamples } from './drawnOnce';
import { draw, heavyTailed, normal, type Random } from './sampling';

const errorsOf =
  (one: (random: Random) => number) =>
  (random: Random, n: number): Metric =>
    rmse(
      new Float64Array(n),
      draw(n, () => one(random)),
    );

const normalErrors = errorsOf(normal);

const METRICS: Array<{
  name: string;
  truth: number;
  of(random: Random, n: number): Metric;
}> = [
  { name: 'RMSE, normal errors', truth: 1, of: normalErrors },
  {
    name: 'RMSE, errors with heavy tails (t, 3 degrees of freedom)',
    truth: Math.sqrt(3),
    of: errorsOf(heavyTailed),
  },
  {
    name: 'difference of RMSE, equal models',
    truth: 0,
    of: (random, n) =>
      difference(normalErrors(random, n), normalErrors(random, n)),
  },
];

/** What a bootstrap of so few examples would do, which is why there is none: MIN_UNITS is where it keeps its promise. */
export function few(trials: number): void {
  printHeader(['metric', 'n', 'the truth above the interval', 'below']);
  for (const { name, truth, of } of METRICS) {
    for (const n of [10, 12, 15, 20]) {
      const limits = limitsOfSamples(n);
      const { wrongPass, wrongFail } = coverageOf(trials, truth, random =>
        limits(of(random, n)),
      );
      printRow([name, n, percent(wrongFail), percent(wrongPass)]);
    }
  }
}
