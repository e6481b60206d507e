import { ascending } from './ascending';

/** What both ways have to answer. */
function sorted(values: Float64Array): number[] {
  const key = (at: number) =>
    Number.isNaN(values[at]) ? Infinity : values[at];
  return Array.from(values, (_, at) => at).sort(
    (a, b) => (key(a) === key(b) ? 0 : key(a) - key(b)) || a - b,
  );
}

describe('ascending', () => {
  it.each([3, 5000])(
    'orders by value, then by place, with %d different values',
    different => {
      const values = Float64Array.from({ length: 20_000 }, (_, i) =>
        i % 11 === 0 ? NaN : ((i * 7919) % different) - different / 2,
      );
      expect([...ascending(values)]).toEqual(sorted(values));
    },
  );

  it('knows nothing, one value and only NaN', () => {
    expect([...ascending(Float64Array.of())]).toEqual([]);
    expect([...ascending(Float64Array.of(-0, 0))]).toEqual([0, 1]);
    expect([...ascending(Float64Array.of(NaN, NaN, 1))]).toEqual([2, 0, 1]);
  });
});
