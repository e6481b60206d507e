/** How samples are drawn again; the same values give the same result everywhere. */
export interface Resampling {
  seed: number;
  /** How many samples are drawn. */
  resamples: number;
}

/**
 * A limit is read from the tail of the sorted results; with fewer results behind it than this it would be
 * little more than their smallest. Not configurable: it is part of what the intervals promise.
 */
export const MIN_TAIL = 5;
/** Results in the tail that make the resampling's own error small beside the level (about a sixth of it). */
const GOOD_TAIL = 40;
const MIN_RESAMPLES = 2000;

/**
 * How careful limits from a bootstrap are where units are few: the error of one side is off its level by something like
 * c / n, so the level is divided by 1 + c / n. Not configurable: with these c the promises hold in the tables of
 * docs/statistics.md.
 */
const FEW = { bca: 100, studentized: 20 };

/** The level at which a limit of a bootstrap is read so that it keeps the promise of `level`. */
export function carefulLevel(
  level: number,
  kind: keyof typeof FEW,
  units: number,
): number {
  return level / (1 + FEW[kind] / units);
}

/** Enough resamples of so many units for limits at this one-sided level. */
export function resamplesFor(level: number, units: number): number {
  const tail = carefulLevel(level, 'bca', units);
  return Math.max(MIN_RESAMPLES, Math.ceil(GOOD_TAIL / tail));
}

/** The value below which the share `p` of sorted values lies, interpolated as numpy.quantile does. */
export function sortedQuantile(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  // Also where both are infinite
  return sorted[low] === sorted[high]
    ? sorted[low]
    : sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}
