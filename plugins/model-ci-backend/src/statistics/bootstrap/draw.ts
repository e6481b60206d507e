import type { Groups } from '../groups';
import { below, type Random } from '../random';

/** Draws as many units as there are, with replacement: how often each was drawn. */
export function drawCounts(counts: Float64Array, random: Random): void {
  const n = counts.length;
  counts.fill(0);
  for (let k = 0; k < n; k += 1) {
    counts[below(random, n)] += 1;
  }
}

/** Gives each example the count of its group. */
export function weighExamples(
  weights: Float64Array,
  counts: Float64Array,
  groups: Groups,
): void {
  for (let i = 0; i < weights.length; i += 1) {
    weights[i] = counts[groups.of[i]];
  }
}
