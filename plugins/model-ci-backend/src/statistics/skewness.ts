import { sumOf } from './sums';

/**
 * Cochran's rule (Sampling Techniques, 1977, 2.15) trusts the normal approximation from n = 25 g² on, g being the
 * skewness, if both sides together may err 6 % instead of 5 %. Here each side has its promise, which takes four times as
 * many. Not configurable: the tables of docs/statistics.md were computed with it.
 */
const PER_SQUARED_SKEWNESS = 100;
/** Below this number of units a sample does not show how skewed it is, so none is believed to be symmetric. */
export const FEW_UNITS = 50;
/** Resampling fewer units gives too few different samples for a tail. */
const TOO_FEW_TO_RESAMPLE = 5;

/** Skewness of values whose mean is 0. */
export function skewnessOf(deviations: Float64Array): number {
  const n = deviations.length;
  const squares = sumOf(n, i => deviations[i] ** 2) / n;
  const cubes = sumOf(n, i => deviations[i] ** 3) / n;
  return cubes / squares ** 1.5;
}

/** What each unit adds to the deviation of the sum from its mean, and how many examples it has. */
export interface Units {
  totals: Float64Array;
  sizes: Float64Array;
}

/** Whether Student's t alone cannot be trusted with units like these. */
export function needsStudentizedBootstrap({ totals, sizes }: Units): boolean {
  if (totals.length < TOO_FEW_TO_RESAMPLE) {
    return false;
  }
  const count = effectiveCount(sizes);
  return (
    count < FEW_UNITS || count < PER_SQUARED_SKEWNESS * skewnessOf(totals) ** 2
  );
}

/** How many units of the same size tell as much as these do (Kish): a few large groups hide behind many small ones. */
export function effectiveCount(sizes: Float64Array): number {
  const sum = sumOf(sizes.length, i => sizes[i]);
  return sum ** 2 / sumOf(sizes.length, i => sizes[i] ** 2);
}
