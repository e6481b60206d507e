import { normalQuantile } from '../statistics/distributions/normal';
import { studentTQuantile } from '../statistics/distributions/studentT';

/** Of two sides: a 95 % interval. Not configurable: bands of one chart have to mean the same. */
const LEVEL = 0.975;

export interface Interval {
  lower: number;
  upper: number;
}

/** What is known of how sure a value is. */
export interface Spread {
  value: number;
  /** Standard error. */
  stderr?: number;
  /** How many examples it rests on. */
  n?: number;
}

/** The interval that follows from the standard error; Student's t where the number of examples is known. */
export function intervalOf(
  { value, stderr, n }: Spread,
  quantileOf = quantile,
): Interval | undefined {
  if (stderr === undefined || !(stderr >= 0)) return undefined;
  const half = stderr * quantileOf(n);
  return Number.isFinite(half) && Number.isFinite(value)
    ? { lower: value - half, upper: value + half }
    : undefined;
}

/** The same for many values: quantiles are slow, and most values rest on the same number of examples. */
export function intervalsOf(spreads: Spread[]): Array<Interval | undefined> {
  const known = new Map<number | undefined, number>();
  const remembered = (n: number | undefined) => {
    const found = known.get(n) ?? quantile(n);
    known.set(n, found);
    return found;
  };
  return spreads.map(spread => intervalOf(spread, remembered));
}

function quantile(n: number | undefined): number {
  return n === undefined
    ? normalQuantile(LEVEL)
    : studentTQuantile(LEVEL, n - 1);
}
