/** Halvings after which the ends of [−1, 1] are closer than any two results that matter. */
const HALVINGS = 80;

/**
 * Where a falling function crosses 0, by bisection: slower than Newton's method and never lost; the end that it
 * does not cross otherwise.
 */
export function rootBetween(
  from: number,
  to: number,
  f: (x: number) => number,
): number {
  let low = from;
  let high = to;
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = low + (high - low) / 2;
    if (f(middle) > 0) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low + (high - low) / 2;
}
