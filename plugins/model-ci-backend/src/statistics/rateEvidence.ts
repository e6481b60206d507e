import type { RateEvidence, Undefined } from './evidence';
import { groupTotals, type Groups } from './groups';
import { sumOf } from './sums';

/** What is known of a rate, from scores that are all 0 or 1. */
export function rateEvidence(
  scores: Float64Array,
  groups?: Groups,
): RateEvidence | Undefined {
  const examples = scores.length;
  const successes = sumOf(examples, i => scores[i]);
  const method = 'clopper-pearson';
  if (!groups) {
    return { method, successes, examples, effective: examples };
  }
  if (groups.count === 1) {
    return { method: 'undefined', reason: 'one-group' };
  }
  const effective = effectiveExamples(scores, successes / examples, groups);
  return { method, successes, examples, effective, groups: groups.count };
}

/**
 * How many independent examples would have the standard error that the groups have: Kish's effective sample size, as
 * Korn and Graubard (1998, Survey Methodology 24) put it into Clopper and Pearson's interval. Never more than there are.
 * Where all examples agree, the groups are all that is known to be independent.
 */
function effectiveExamples(
  scores: Float64Array,
  rate: number,
  groups: Groups,
): number {
  const spread = rate * (1 - rate);
  if (spread === 0) {
    return groups.count;
  }
  const { totals } = groupTotals(
    scores.map(score => score - rate),
    groups,
  );
  const squares = sumOf(groups.count, g => totals[g] * totals[g]);
  const variance =
    ((groups.count / (groups.count - 1)) * squares) / scores.length ** 2;
  return variance === 0
    ? scores.length
    : Math.min(scores.length, spread / variance);
}
