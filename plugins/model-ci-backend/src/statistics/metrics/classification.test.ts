import { f1, macroAverage, precision, recall } from './classification';

const all = (n: number) => new Float64Array(n).fill(1);

describe('metrics of one class', () => {
  it('are 0 where a class that is there is never predicted, and none where it is not there', () => {
    const never = { actual: [true, false], predicted: [false, false] };
    expect([precision, recall, f1].map(of => of(never)(all(2)))).toEqual([
      0, 0, 0,
    ]);
    // Of the second example alone
    expect(
      [precision, recall, f1].map(of => of(never)(Float64Array.of(0, 1))),
    ).toEqual([NaN, NaN, NaN]);
  });
});

describe('macroAverage', () => {
  const actual = ['a', 'a', 'b', 'c'];

  it('is the mean over the classes of the targets that a sample has', () => {
    const metric = macroAverage(actual, ['a', 'b', 'b', 'b'], 'f1');
    // a: 2/3, b: 1/2, c: 0
    expect(metric(all(4))).toBeCloseTo((2 / 3 + 1 / 2) / 3, 12);
    expect(metric(Float64Array.of(1, 1, 1, 0))).toBeCloseTo(2 / 3, 12);
  });

  it('does not become another metric by a label that is no target', () => {
    const metric = macroAverage(actual, ['a', 'unknown', 'b', 'c'], 'recall');
    expect(metric(all(4))).toBeCloseTo((1 / 2 + 1 + 1) / 3, 12);
  });

  it('counts a class that is never predicted as 0', () => {
    const metric = macroAverage(actual, ['a', 'a', 'a', 'a'], 'precision');
    expect(metric(all(4))).toBeCloseTo(1 / 2 / 3, 12);
  });
});
