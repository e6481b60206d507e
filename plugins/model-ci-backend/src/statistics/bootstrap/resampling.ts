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
 * Not configurable: more take longer than a verdict may. A limit that would need more is not given, so that a gate with
 * so many others beside it, or on so few units, is inconclusive.
 */
const MAX_RESAMPLES = 200_000;
/** Results of all questions that are judged together, each 8 bytes of memory; many questions share them. */
const MAX_RESULTS = 20_000_000;
/**
 * No bootstrap is made of fewer units: no resample leaves the range of the sample, and the truth lies outside that of
 * so few too often. Not configurable: it is where the promises hold in the tables of docs/statistics.md.
 */
export const MIN_UNITS = 20;

/**
 * How careful limits from a bootstrap are where units are few: the error of one side is off its level by something like
 * c / n, so the level is divided by 1 + c / n. Not configurable: with these c the promises hold in the tables of
 * docs/statistics.md.
 */
const FEW = { bca: 100, studentized: 20 };
type Kind = keyof typeof FEW;

/** The level at which a limit of a bootstrap is read so that it keeps the promise of `level`. */
export function carefulLevel(level: number, kind: Kind, units: number): number {
  return level / (1 + FEW[kind] / units);
}

/** Enough resamples of so many units for limits at this one-sided level, or as many as there may be. */
export function resamplesFor(
  level: number,
  units: number,
  { kind = 'bca', questions = 1 }: { kind?: Kind; questions?: number } = {},
): number {
  const tail = carefulLevel(level, kind, units);
  const wanted = Math.max(MIN_RESAMPLES, Math.ceil(GOOD_TAIL / tail));
  return Math.min(
    wanted,
    MAX_RESAMPLES,
    Math.max(MIN_RESAMPLES, Math.floor(MAX_RESULTS / questions)),
  );
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
