import { betaCdf } from './distributions/beta';

/**
 * P(at least `gained` of `gained + lost` fair coins show heads): McNemar's exact one-sided test that the
 * candidate is not better than the baseline.
 */
export function mcnemarBetter(gained: number, lost: number): number {
  return gained === 0 ? 1 : betaCdf(0.5, gained, lost + 1);
}

/** McNemar's exact two-sided test that neither is better. */
export function mcnemarDifferent(gained: number, lost: number): number {
  const tail = mcnemarBetter(Math.max(gained, lost), Math.min(gained, lost));
  return Math.min(1, 2 * tail);
}
