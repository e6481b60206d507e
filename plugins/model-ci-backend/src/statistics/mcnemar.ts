import { betaCdf } from './distributions/beta';

/**
 * P(at least `gained` of `gained + lost` fair coins show heads): McNemar's exact one-sided test that the
 * candidate is not better than the baseline.
 */
export function mcnemarBetter(gained: number, lost: number): number {
  return gained === 0 ? 1 : betaCdf(0.5, gained, lost + 1);
}
