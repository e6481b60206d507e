import { normalQuantile } from '../statistics/distributions/normal';
import { studentTQuantile } from '../statistics/distributions/studentT';
import { isRate, isShare } from '../statistics/metrics/names';
import { wilsonBounds } from '../statistics/rate';

/** Of two sides: a 95 % interval. Not configurable: bands of one chart have to mean the same. */
const LEVEL = 0.975;

export interface Interval {
  lower: number;
  upper: number;
}

/** What is known of how sure a value is. */
export interface Spread {
  /** Its name, by which a rate is known; absent for what is no metric itself, such as a difference. */
  metric?: string;
  value: number;
  /** Standard error. */
  stderr?: number;
  /** How many examples it rests on. */
  n?: number;
}

/**
 * The interval that follows from the standard error: Wilson's for a rate, Student's t where the number of examples is
 * known. A share never leaves the range from 0 to 1.
 */
export function intervalOf(
  spread: Spread,
  quantileOf = quantile,
): Interval | undefined {
  const { metric, value, stderr, n } = spread;
  if (stderr === undefined || !(stderr >= 0)) return undefined;
  if (metric !== undefined && isRate(metric, value)) {
    return rateInterval(value, stderr, n);
  }
  const half = stderr * quantileOf(n);
  if (!Number.isFinite(half) || !Number.isFinite(value)) return undefined;
  const interval = { lower: value - half, upper: value + half };
  return metric !== undefined && isShare(metric, value)
    ? {
        lower: Math.max(0, interval.lower),
        upper: Math.min(1, interval.upper),
      }
    : interval;
}

/** Of as many independent examples as have the standard error, but never more than there are. */
function rateInterval(
  rate: number,
  stderr: number,
  n: number | undefined,
): Interval | undefined {
  const spread = rate * (1 - rate);
  const independent = spread > 0 ? spread / stderr ** 2 : Infinity;
  const examples = Math.min(n ?? Infinity, independent);
  return Number.isFinite(examples) && examples > 0
    ? wilsonBounds(rate * examples, examples, 1 - LEVEL)
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
