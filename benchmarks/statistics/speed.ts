import { performance } from 'node:perf_hooks';
import { resamplesFor } from '../../plugins/model-ci-backend/src/statistics/bootstrap/resampling';
import { compareMetrics } from '../../plugins/model-ci-backend/src/statistics/compareMetrics';
import { compareScores } from '../../plugins/model-ci-backend/src/statistics/compareScores';
import { marginOf } from '../../plugins/model-ci-backend/src/statistics/demand';
import { indexGroups } from '../../plugins/model-ci-backend/src/statistics/groups';
import { judge } from '../../plugins/model-ci-backend/src/statistics/judge';
import { f1 } from '../../plugins/model-ci-backend/src/statistics/metrics/classification';
import { auc } from '../../plugins/model-ci-backend/src/statistics/metrics/ranking';
import { rmse } from '../../plugins/model-ci-backend/src/statistics/metrics/regression';
import { pairExamples } from '../../plugins/model-ci-backend/src/statistics/pairing';
import { LEVEL, printHeader, printRow } from './coverage';
import { bernoulli, draw, normal, trialRandom } from './sampling';

const N = 100_000;

/** How long it takes from two lists of 100,000 examples to the verdict. */
export function speed(): void {
  const random = trialRandom(0);
  const ids = Array.from({ length: N }, (_, i) => `example-${(i * 7919) % N}`);
  const others = [...ids].reverse();
  const baseline = draw(N, () => normal(random));
  const candidate = baseline.map(value => value + normal(random));
  const actual = Array.from({ length: N }, () => bernoulli(random, 0.3) === 1);
  const said = actual.map(is => (bernoulli(random, 0.8) ? is : !is));
  const groups = indexGroups(ids.map((_, i) => `patient ${i % 5000}`));
  const resampling = { seed: 1, resamples: resamplesFor(LEVEL, N) };
  const targets = new Float64Array(N);
  const metric = (
    name: string,
    of: () => Parameters<typeof compareMetrics>[0],
  ) =>
    [
      `${name}: ${resampling.resamples} resamples`,
      () => verdict(compareMetrics(of(), resampling)),
    ] as const;
  const paired = { examples: N, better: 'higher' as const };

  printHeader(['100,000 examples', 'milliseconds', 'of the processor']);
  const works: Array<readonly [string, () => unknown]> = [
    ['pairing by id', () => pairExamples({ ids }, { ids: others })],
    [
      'mean to the verdict',
      () =>
        verdict(
          compareScores({ baseline, candidate, better: 'higher' }, resampling),
        ),
    ],
    [
      'mean in 5,000 groups to the verdict',
      () =>
        verdict(
          compareScores(
            { baseline, candidate, groups, better: 'higher' },
            resampling,
          ),
        ),
    ],
    metric('RMSE', () => ({
      ...paired,
      baseline: rmse(targets, baseline),
      candidate: rmse(targets, candidate),
    })),
    metric('F1', () => ({
      ...paired,
      baseline: f1({ actual, predicted: said }),
      candidate: f1({ actual, predicted: actual }),
    })),
    metric('AUC', () => ({
      ...paired,
      baseline: auc(actual, baseline),
      candidate: auc(actual, candidate),
    })),
  ];
  for (const [name, work] of works) {
    const start = performance.now();
    const before = process.cpuUsage();
    work();
    const elapsed = performance.now() - start;
    const { user, system } = process.cpuUsage(before);
    // On a machine that others use, the second is what a quiet one would take
    printRow([name, Math.round(elapsed), Math.round((user + system) / 1000)]);
  }
}

function verdict(evidence: ReturnType<typeof compareScores>) {
  return judge([{ evidence, demand: marginOf(0.01) }], 0.95);
}
