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
});
