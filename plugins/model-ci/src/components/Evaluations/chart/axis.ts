/** Round numbers from below the lowest to above the highest of some values. */
export function axisTicks(values: number[]): number[] {
  const { low, high } = rangeOf(values);
  // Halved first: the difference of two numbers can be more than a number can be.
  const halves = high / 2 - low / 2;
  const span = halves === 0 ? Math.abs(high) * 0.2 || 1 : halves * 2;
  if (!Number.isFinite(span)) {
    return [low, high];
  }
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 5, 10].map(factor => factor * power).find(size => size >= rough) ??
    rough;
  const first = Math.floor((low - span * 0.05) / step);
  const last = Math.ceil((high + span * 0.05) / step);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** The lowest and the highest; of thousands, which are more than a call takes as arguments. */
export function rangeOf(values: number[]): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low > high ? { low: 0, high: 1 } : { low, high };
}

/** From values to pixels. */
export function linear(
  domain: readonly [number, number],
  range: readonly [number, number],
): (value: number) => number {
  const span = domain[1] / 2 - domain[0] / 2;
  return value =>
    span === 0
      ? (range[0] + range[1]) / 2
      : range[0] + ((value / 2 - domain[0] / 2) / span) * (range[1] - range[0]);
}

/** At most `count` of some positions, evenly spread, the last one among them. */
export function spread(length: number, count: number): number[] {
  if (length <= count) {
    return Array.from({ length }, (_, i) => i);
  }
  const step = (length - 1) / Math.max(1, count - 1);
  return Array.from({ length: count }, (_, i) => Math.round(i * step));
}
