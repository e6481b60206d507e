/** Which group each example is in, as numbers from 0 to `count` − 1. */
export interface Groups {
  of: Int32Array;
  count: number;
}

/** Numbers the groups in the order in which they come. */
export function indexGroups(names: readonly string[]): Groups {
  const numbers = new Map<string, number>();
  const of = new Int32Array(names.length);
  names.forEach((name, i) => {
    const known = numbers.get(name) ?? numbers.size;
    numbers.set(name, known);
    of[i] = known;
  });
  return { of, count: numbers.size };
}

/** Sums of the values by group. */
export function groupTotals(values: Float64Array, groups: Groups) {
  const totals = new Float64Array(groups.count);
  const sizes = new Float64Array(groups.count);
  for (let i = 0; i < values.length; i += 1) {
    totals[groups.of[i]] += values[i];
    sizes[groups.of[i]] += 1;
  }
  return { totals, sizes };
}
