import { intervalOf, intervalsOf } from './interval';

describe('intervalOf', () => {
  it('takes Student’s t where the number of examples is known', () => {
    // scipy.stats.t.ppf(0.975, 9) = 2.2621571628
    const interval = intervalOf({ value: 1, stderr: 0.5, n: 10 });
    expect(interval?.lower).toBeCloseTo(1 - 0.5 * 2.2621571628, 9);
    expect(interval?.upper).toBeCloseTo(1 + 0.5 * 2.2621571628, 9);
  });

  it('takes the normal distribution where it is not', () => {
    const interval = intervalOf({ value: 0, stderr: 1 });
    expect(interval?.upper).toBeCloseTo(1.959963984540054, 9);
  });

  it.each([
    ['without a standard error', { value: 1, n: 10 }],
    ['with one that is not a number', { value: 1, stderr: NaN, n: 10 }],
    ['with a negative one', { value: 1, stderr: -1, n: 10 }],
    ['of one example', { value: 1, stderr: 0.1, n: 1 }],
    ['past what a number can be', { value: 1, stderr: 1e308, n: 2 }],
  ])('says nothing %s', (_, spread) => {
    expect(intervalOf(spread)).toBeUndefined();
  });

  it('answers the same for many at once', () => {
    const spreads = [10, 10, undefined].map(n => ({ value: 1, stderr: 1, n }));
    expect(intervalsOf(spreads)).toEqual(spreads.map(s => intervalOf(s)));
  });

  // scipy.stats.binomtest(…).proportion_ci(method="wilson")
  it.each([
    ['all right', { value: 1, stderr: 0, n: 20 }, 0.838874979, 1],
    ['none right', { value: 0, stderr: 0, n: 20 }, 0, 0.161125021],
    [
      'nearly all',
      { value: 0.99, stderr: 0.00994987, n: 100 },
      0.9455138,
      0.9982326,
    ],
  ])('is Wilson’s for a rate: %s', (_, spread, lower, upper) => {
    const interval = intervalOf({ metric: 'val_accuracy', ...spread });
    expect(interval?.lower).toBeCloseTo(lower, 6);
    expect(interval?.upper).toBeCloseTo(upper, 6);
  });

  it('takes the groups of a rate into account, which its standard error knows', () => {
    const grouped = intervalOf({
      metric: 'accuracy',
      value: 0.9,
      stderr: 0.06,
      n: 1000,
    });
    // Of 0.09 / 0.06² = 25 examples
    expect(grouped?.lower).toBeCloseTo(0.7249621, 6);
    expect(grouped?.upper).toBeLessThan(1);
  });

  it('never leaves the range of a share, and leaves other metrics alone', () => {
    const spread = { value: 0.98, stderr: 0.02, n: 50 };
    expect(intervalOf({ metric: 'f1', ...spread })?.upper).toBe(1);
    expect(intervalOf({ metric: 'rmse', ...spread })?.upper).toBeGreaterThan(1);
    expect(
      intervalOf({ metric: 'accuracy', value: 1, stderr: 0 }),
    ).toBeUndefined();
  });
});
