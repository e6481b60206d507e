import { boundsAt } from '../boundsAt';
import { compareMetrics } from '../compareMetrics';
import { indexGroups } from '../groups';
import { f1, precision, recall } from '../metrics/classification';
import { difference, type Metric } from '../metrics/metric';
import { auc, quantile } from '../metrics/ranking';
import { r2, rmse } from '../metrics/regression';
import { expected, same } from '../testing/expected';
import { bcaBounds } from './bca';
import { bootstrapEvidence, resample } from './bootstrapEvidence';
import { leaveOut } from './leaveOut';

const data = expected.bootstrap;
const { actual, predicted } = data;
const targets = Float64Array.from(data.targets);
const numbersOf = (values: number[]) => Float64Array.from(values);

/** Both versions' metric on the data of the script. */
const metrics: Record<string, { baseline: Metric; candidate: Metric }> = {
  f1: bothSides(side => f1({ actual, predicted: predicted[side] })),
  precision: bothSides(side =>
    precision({ actual, predicted: predicted[side] }),
  ),
  recall: bothSides(side => recall({ actual, predicted: predicted[side] })),
  auc: bothSides(side => auc(actual, numbersOf(data.scores[side]))),
  r2: bothSides(side => r2(targets, numbersOf(data.guesses[side]))),
  rmse: bothSides(side => rmse(targets, numbersOf(data.guesses[side]))),
  quantile: bothSides(side => quantile(numbersOf(data.guesses[side]), 0.5)),
};

function bothSides(metric: (side: 'baseline' | 'candidate') => Metric) {
  return { baseline: metric('baseline'), candidate: metric('candidate') };
}

describe('bootstrapEvidence', () => {
  it.each([
    ...Object.entries(data.independent).map(
      ([name, wanted]) => [name, 'independent', wanted] as const,
    ),
    ...Object.entries(data.grouped).map(
      ([name, wanted]) => [name, 'grouped', wanted] as const,
    ),
  ])(
    'has the BCa limits that scikit-learn and scipy give: %s, %s',
    (name, kind, wanted) => {
      const { seed, resamples, level } = wanted;
      const groups = kind === 'grouped' ? indexGroups(data.groups) : undefined;
      const evidence = compareMetrics(
        { ...metrics[name], better: 'higher', examples: 60, groups },
        { seed, resamples },
      );
      if (evidence.method !== 'bca') {
        throw new Error(`It is ${evidence.method}`);
      }
      expect(evidence.estimate).toEqual(same(wanted.estimate));
      expect(evidence.acceleration).toEqual(same(wanted.acceleration));
      expect(evidence.bias).toEqual(same(wanted.bias));
      const bounds = bcaBounds(evidence, level);
      expect(bounds.lower).toEqual(same(wanted.lower));
      expect(bounds.upper).toEqual(same(wanted.upper));
    },
  );

  it('gives the same results in whatever pieces it is computed', () => {
    const { baseline, candidate } = metrics.auc;
    const input = { metric: difference(candidate, baseline), examples: 60 };
    const whole = new Float64Array(20);
    resample(input, 3, whole, { from: 0, to: 20 });
    const pieces = new Float64Array(20);
    resample(input, 3, pieces, { from: 11, to: 20 });
    resample(input, 3, pieces, { from: 0, to: 11 });
    expect(pieces).toEqual(whole);
  });

  it('is defined only where the metric is', () => {
    const resampling = { seed: 1, resamples: 100 };
    const oneClass = auc([true, true, true], numbersOf([1, 2, 3]));
    expect(
      bootstrapEvidence({ metric: oneClass, examples: 3 }, resampling),
    ).toEqual({ method: 'undefined', reason: 'metric-undefined' });
    expect(
      bootstrapEvidence({ metric: oneClass, examples: 1 }, resampling),
    ).toEqual({ method: 'undefined', reason: 'one-example' });
  });

  it('calls equal versions constant, which decides nothing', () => {
    const { baseline } = metrics.f1;
    const evidence = compareMetrics(
      { baseline, candidate: baseline, better: 'higher', examples: 60 },
      { seed: 1, resamples: 100 },
    );
    expect(evidence).toMatchObject({ method: 'constant', estimate: 0 });
  });

  it('has no limits at a level for which it drew too few samples', () => {
    const { baseline, candidate } = metrics.rmse;
    const evidence = compareMetrics(
      { baseline, candidate, better: 'lower', examples: 60 },
      { seed: 1, resamples: 500 },
    );
    if (evidence.method !== 'bca') {
      throw new Error(`It is ${evidence.method}`);
    }
    expect(boundsAt(evidence, 0.0005).lower).toBe(-Infinity);
  });

  it('leaves out blocks of many examples with about the same acceleration', () => {
    const values = Float64Array.from({ length: 2500 }, (_, i) => (i % 50) ** 3);
    const metric = quantile(values, 0.5);
    expect(leaveOut({ metric, examples: 2500 })).toHaveLength(1000);
  });
});
