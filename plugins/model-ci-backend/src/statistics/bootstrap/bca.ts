import { normalCdf, normalQuantile } from '../distributions/normal';
import type { Bounds } from '../bounds';
import { MIN_TAIL, sortedQuantile } from './resampling';

/** Sorted results of a bootstrap, with the two corrections of its limits. */
export interface BcaInput {
  resampled: Float64Array;
  bias: number;
  acceleration: number;
}

/** One-sided limits, bias-corrected and accelerated (Efron 1987, Journal of the American Statistical Association 82). */
export function bcaBounds(input: BcaInput, level: number): Bounds {
  const low = correctedShare(input, level);
  const high = correctedShare(input, 1 - level);
  const { resampled } = input;
  const reaches = (tail: number) => tail * resampled.length >= MIN_TAIL;
  return {
    lower: reaches(low) ? sortedQuantile(resampled, low) : -Infinity,
    upper: reaches(1 - high) ? sortedQuantile(resampled, high) : Infinity,
  };
}

function correctedShare(
  { bias, acceleration }: BcaInput,
  share: number,
): number {
  const shifted = bias + normalQuantile(share);
  const stretch = 1 - acceleration * shifted;
  // Beyond this the correction has turned around
  return stretch > 0 ? normalCdf(bias + shifted / stretch) : NaN;
}

/** How far the median of the results is off the estimate, ties counted half, in standard normal units. */
export function bcaBias(resampled: Float64Array, estimate: number): number {
  let smaller = 0;
  let equal = 0;
  for (const value of resampled) {
    smaller += value < estimate ? 1 : 0;
    equal += value === estimate ? 1 : 0;
  }
  return normalQuantile((smaller + equal / 2) / resampled.length);
}

/** How fast the standard error changes with the value, from the results of leaving out one unit after the other. */
export function bcaAcceleration(leftOut: Float64Array): number {
  let mean = 0;
  for (const value of leftOut) {
    mean += value / leftOut.length;
  }
  let squares = 0;
  let cubes = 0;
  for (const value of leftOut) {
    const pull = mean - value;
    squares += pull ** 2;
    cubes += pull ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}
