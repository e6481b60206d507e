import { normalQuantile } from './distributions/normal';
import { rootBetween } from './rootBetween';

/** How many examples the candidate alone got right, and how many the baseline alone, of how many. */
export interface PairedCounts {
  gained: number;
  lost: number;
  examples: number;
}

/**
 * The correction that Edwards gave McNemar's test: one example less in favour. With it no level is exceeded, however
 * few examples changed; without it the error of one side can be twice the promised one (docs/statistics.md).
 */
export const CONTINUITY = 1;

/**
 * One-sided limits of the difference of two rates on the same examples, by inverting the score test (Tango 1998,
 * Statistics in Medicine 17, 891–908). They stay within −1 and 1, and stay honest where nothing changed.
 */
export function tangoBounds(
  counts: PairedCounts,
  level: number,
  correction = 0,
): { lower: number; upper: number } {
  const { gained, lost, examples } = counts;
  const mirrored = { gained: lost, lost: gained, examples };
  return {
    lower: tangoLower(counts, level, correction),
    upper: -tangoLower(mirrored, level, correction),
  };
}

function tangoLower(
  counts: PairedCounts,
  level: number,
  correction: number,
): number {
  const difference = (counts.gained - counts.lost) / counts.examples;
  const z = normalQuantile(1 - level);
  // The statistic falls from −1 to the estimate, where it is at most 0
  return rootBetween(
    -1,
    difference,
    delta => tangoStatistic(counts, delta, correction) - z,
  );
}

/** How many standard errors the observed difference lies above `delta`, if `delta` is the true one. */
export function tangoStatistic(
  counts: PairedCounts,
  delta: number,
  correction = 0,
): number {
  const { gained, lost, examples: n } = counts;
  const excess = gained - lost - n * delta - correction;
  const variance = n * (2 * likelyLoss(counts, delta) + delta * (1 - delta));
  if (variance <= 0) {
    return excess === 0 ? 0 : Math.sign(excess) * Infinity;
  }
  return excess / Math.sqrt(variance);
}

/** The most likely rate of "the baseline alone is right" among those that allow the difference `delta`. */
function likelyLoss(counts: PairedCounts, delta: number): number {
  const { gained, lost, examples: n } = counts;
  const a = 2 * n;
  const b = -gained - lost + (2 * n - gained + lost) * delta;
  const c = -lost * delta * (1 - delta);
  const root = Math.sqrt(Math.max(0, b * b - 4 * a * c));
  // Of the two forms of the solution, the one that does not subtract almost equal numbers
  const positive = b > 0 ? (-2 * c) / (b + root) : (root - b) / (2 * a);
  return Math.max(0, -delta, positive);
}
