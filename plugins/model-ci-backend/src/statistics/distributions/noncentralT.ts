import { betaCdf } from './beta';
import { normalCdf } from './normal';

/** Not configurable: terms behind this one cannot change a double for any shift that a plan asks about. */
const MAX_TERMS = 10_000;

/**
 * P(T ≤ t) where T has `df` degrees of freedom and is shifted by `shift`: what a t statistic follows when the
 * tested value is not the true one, and so what its power is computed from.
 *
 * The series of Lenth (1989), Algorithm AS 243, Applied Statistics 38, 185–189.
 */
export function noncentralTCdf(t: number, df: number, shift: number): number {
  return t < 0 ? 1 - upToPositive(-t, df, -shift) : upToPositive(t, df, shift);
}

function upToPositive(t: number, df: number, shift: number): number {
  const below = normalCdf(-shift);
  if (t === 0) {
    return below;
  }
  const x = (t * t) / (t * t + df);
  const half = (shift * shift) / 2;
  let even = Math.exp(-half) / 2;
  let odd = (shift * Math.exp(-half)) / Math.sqrt(2 * Math.PI);
  // What is left of the weights bounds the terms still to come
  let left = 0.5 - even;
  let sum = 0;
  for (let j = 0; j < MAX_TERMS; j += 1) {
    sum += even * betaCdf(x, j + 0.5, df / 2) + odd * betaCdf(x, j + 1, df / 2);
    even *= half / (j + 1);
    odd *= half / (j + 1.5);
    left -= even;
    if (Math.abs(left) < 1e-16 || (j > half && even < 1e-18)) {
      break;
    }
  }
  return Math.min(1, below + sum);
}
