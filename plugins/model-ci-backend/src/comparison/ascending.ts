import { positionsTo } from '../examples/pick';

/** Right and wrong, or a few steps between: such values are counted instead of being compared with each other. */
const FEW_VALUES = 1000;

/** Positions of values from the lowest to the highest, equal ones by their place, NaN last. */
export function ascending(values: Float64Array): Int32Array {
  const counts = countValues(values);
  return counts ? byCounting(values, counts) : byComparing(values);
}

/** How often each value comes; undefined if there are many different ones. */
function countValues(values: Float64Array): Map<number, number> | undefined {
  const counts = new Map<number, number>();
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
    if (counts.size > FEW_VALUES) {
      return undefined;
    }
  }
  return counts;
}

function byCounting(
  values: Float64Array,
  counts: ReadonlyMap<number, number>,
): Int32Array {
  const next = new Map<number, number>();
  let start = 0;
  for (const value of [...counts.keys()].sort(compare)) {
    next.set(value, start);
    start += counts.get(value) ?? 0;
  }
  const order = new Int32Array(values.length);
  values.forEach((value, position) => {
    const at = next.get(value) ?? 0;
    order[at] = position;
    next.set(value, at + 1);
  });
  return order;
}

function byComparing(values: Float64Array): Int32Array {
  return positionsTo(values.length).sort(
    (a, b) => compare(values[a], values[b]) || a - b,
  );
}

function compare(a: number, b: number): number {
  if (a === b) {
    return 0;
  }
  return a < b || Number.isNaN(b) ? -1 : 1;
}
