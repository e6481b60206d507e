import {
  evidenceOfResults,
  resample,
} from '../../plugins/model-ci-backend/src/statistics/bootstrap/bootstrapEvidence';
import { resamplesFor } from '../../plugins/model-ci-backend/src/statistics/bootstrap/resampling';
import { difference } from '../../plugins/model-ci-backend/src/statistics/metrics/metric';
import { rmse } from '../../plugins/model-ci-backend/src/statistics/metrics/regression';
import {
  coverageOf,
  LEVEL,
  limitsOf,
  percent,
  printHeader,
  printRow,
} from './coverage';
import { draw, normal, type Random } from './sampling';

/** What a bootstrap of so few examples would do, which is why there is none: MIN_UNITS is where it keeps its promise. */
export function few(trials: number): void {
  const normalErrors = (random: Random, n: number) =>
    rmse(
      new Float64Array(n),
      draw(n, () => normal(random)),
    );
  const metrics = {
    RMSE: { truth: 1, of: normalErrors },
    'difference of RMSE, equal models': {
      truth: 0,
      of: (random: Random, n: number) =>
        difference(normalErrors(random, n), normalErrors(random, n)),
    },
  };
  printHeader(['metric', 'n', 'the truth above the interval', 'below']);
  for (const [name, { truth, of }] of Object.entries(metrics)) {
    for (const n of [2, 3, 5, 8, 10, 12, 15, 20, 30]) {
      const results = new Float64Array(resamplesFor(LEVEL, n));
      const { wrongPass, wrongFail } = coverageOf(trials, truth, random => {
        const sample = { metric: of(random, n), examples: n };
        const seed = random.next();
        resample(sample, seed, results, { from: 0, to: results.length });
        return limitsOf(evidenceOfResults(sample, results));
      });
      printRow([name, n, percent(wrongFail), percent(wrongPass)]);
    }
  }
}
