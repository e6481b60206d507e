import {
  labelNoiseFloor,
  labelParity,
  noiseFloor,
  numberParity,
} from './parity';
import { expected, same } from './testing/expected';

const numbers = (...values: number[]) => Float64Array.from(values);

describe('numberParity', () => {
  it('has the figures of numpy', () => {
    const { a, b, ...wanted } = expected.parity;
    const parity = numberParity(Float64Array.from(a), Float64Array.from(b));
    expect(parity).toMatchObject({ compared: 250, unmatched: 0 });
    expect(parity.d).toEqual(same(wanted.d));
    expect(parity.mean).toEqual(same(wanted.mean));
    expect(parity.max).toEqual(same(wanted.max));
    expect(parity.p99).toEqual(same(wanted.p99));
  });

  it('is exactly 0 for equal outputs', () => {
    const y = numbers(1 / 3, NaN, Infinity, -0);
    expect(numberParity(y, numbers(1 / 3, NaN, Infinity, 0))).toEqual({
      compared: 4,
      unmatched: 0,
      d: 0,
      mean: 0,
      max: 0,
      p99: 0,
    });
  });

  it('counts outputs that are no number on one side alone', () => {
    const parity = numberParity(
      numbers(1, NaN, Infinity, 2),
      numbers(1, 1, -Infinity, 4),
    );
    expect(parity).toMatchObject({ compared: 2, unmatched: 2, d: 4, max: 2 });
  });

  it('loses none of many small differences beside a large one', () => {
    const a = new Float64Array(100_001).fill(1e-4);
    a[0] = 1e8;
    const { d } = numberParity(a, new Float64Array(100_001));
    // 100,000 × 1e-8 on top of 1e16, where one alone is too small to count
    expect(d - 1e16).toBe(0);
    expect(numberParity(a.fill(1e-1, 1), new Float64Array(100_001)).d).toBe(
      1e16 + 1000,
    );
  });
});

describe('noiseFloor', () => {
  it('is the largest difference between repetitions', () => {
    const floor = noiseFloor([numbers(1, 2), numbers(1, 2), numbers(1, 2.5)]);
    expect(floor).toMatchObject({ d: 0.25, max: 0.5 });
    expect(noiseFloor([numbers(1)])).toBeUndefined();
  });
});

describe('labelParity', () => {
  it('is the share of labels that changed', () => {
    expect(labelParity(['a', 'b', 'c', 'd'], ['a', 'b', 'x', 'd'])).toEqual({
      compared: 4,
      changed: 1,
      share: 0.25,
    });
    expect(labelNoiseFloor([['a'], ['a'], ['b']])).toBe(1);
    expect(labelNoiseFloor([['a']])).toBeUndefined();
  });
});
