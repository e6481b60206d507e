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
    const values = Array.from({ length: 20 }, (_, i) => i);
    const oneClass = auc(
      values.map(() => true),
      numbersOf(values),
    );
    expect(
      bootstrapEvidence({ metric: oneClass, examples: 20 }, resampling),
    ).toEqual({ method: 'undefined', reason: 'metric-undefined' });
    expect(
      bootstrapEvidence({ metric: oneClass, examples: 1 }, resampling),
    ).toEqual({ method: 'undefined', reason: 'one-example' });
  });

  it('draws nothing of units too few to tell anything', () => {
    const metric = jest.fn(() => 1);
    const resampling = { seed: 1, resamples: 100 };
    expect(bootstrapEvidence({ metric, examples: 19 }, resampling)).toEqual({
      method: 'undefined',
      reason: 'too-few-units',
      units: 19,
      needed: 20,
    });
    const groups = indexGroups(data.groups.map(group => `${+group % 8}`));
    expect(
      bootstrapEvidence({ metric, examples: 60, groups }, resampling),
    ).toMatchObject({ reason: 'too-few-units', units: 8 });
    expect(metric).not.toHaveBeenCalled();
  });

  it('takes what rounding leaves for no spread', () => {
    const resampling = { seed: 1, resamples: 100 };
    const truths = Float64Array.from({ length: 25 }, (_, i) => i / 3);
    const off = (by: (i: number) => number) =>
      rmse(
        truths,
        truths.map((target, i) => target + by(i)),
      );
    const zigzag = off(i => (i % 2 ? 0.1 : -0.1));
    expect(
      bootstrapEvidence({ metric: zigzag, examples: 25 }, resampling),
    ).toMatchObject({ method: 'constant' });
    expect(
      compareMetrics(
        {
          baseline: zigzag,
          candidate: off(() => 0.1),
          better: 'lower',
          examples: 25,
        },
        resampling,
      ),
    ).toMatchObject({ method: 'constant' });
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
