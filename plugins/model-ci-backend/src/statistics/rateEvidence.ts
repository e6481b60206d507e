import type { RateEvidence, Undefined } from './evidence';
import { groupTotals, type Groups } from './groups';
import { effectiveCount, needsStudentizedBootstrap } from './skewness';
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
  const rate = successes / examples;
  const units = groupTotals(
    scores.map(score => score - rate),
    groups,
  );
  return {
    method,
    successes,
    examples,
    effective: effectiveExamples(units.totals, rate, examples),
    groups: groups.count,
    effectiveGroups: effectiveCount(units.sizes),
    ...(needsStudentizedBootstrap(units) && { skewed: true }),
  };
}

/**
 * How many independent examples would have the standard error that the groups have: Kish's effective sample size, as
 * Korn and Graubard (1998, Survey Methodology 24) put it into Clopper and Pearson's interval. Never more than there are.
 */
function effectiveExamples(
  totals: Float64Array,
  rate: number,
  examples: number,
): number {
  const count = totals.length;
  const squares = sumOf(count, g => totals[g] * totals[g]);
  const variance = ((count / (count - 1)) * squares) / examples ** 2;
  return variance === 0
    ? examples
    : Math.min(examples, (rate * (1 - rate)) / variance);
}
