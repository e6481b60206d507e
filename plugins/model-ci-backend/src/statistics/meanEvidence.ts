import type {
  ConstantEvidence,
  MeanEvidence,
  ScoreRange,
  Undefined,
} from './evidence';
import { groupTotals, type Groups } from './groups';
import { effectiveCount, needsStudentizedBootstrap } from './skewness';
import { ROUNDING, studentizedBootstrap } from './studentizedBootstrap';
import { meanOf, sumOf } from './sums';
import type { Resampling } from './bootstrap/resampling';

/**
 * What is known of a mean. Without groups the standard error is sd / √n with n − 1 degrees of freedom. With
 * groups it is cluster-robust with the correction G / (G − 1) (CR1, as of an ordinary least squares fit of a
 * constant in statsmodels) and G − 1 degrees of freedom; groups of one give the same as none.
 */
export function meanEvidence(
  values: Float64Array,
  options: { groups?: Groups; range?: ScoreRange; resampling: Resampling },
): MeanEvidence | ConstantEvidence | Undefined {
  const { groups, range, resampling } = options;
  const examples = values.length;
  const refused = tooFew(examples, groups);
  if (refused) {
    return refused;
  }
  const estimate = meanOf(values);
  const { totals, sizes } = residuals(values, estimate, groups);
  const size = {
    examples,
    ...(groups && {
      groups: groups.count,
      effectiveGroups: effectiveCount(sizes),
    }),
  };
  const standardError = robustError(totals, examples);
  const scale = values.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
  if (standardError <= ROUNDING * scale) {
    return { method: 'constant', estimate, range, ...size };
  }
  const evidence: MeanEvidence = {
    method: 'student-t',
    estimate,
    standardError,
    ...(range && { range }),
    ...size,
  };
  return needsStudentizedBootstrap({ totals, sizes })
    ? {
        ...evidence,
        studentized: studentizedBootstrap({ totals, sizes }, resampling),
      }
    : evidence;
}

function tooFew(examples: number, groups?: Groups): Undefined | undefined {
  if (examples === 0) {
    return { method: 'undefined', reason: 'no-examples' };
  }
  if (examples === 1) {
    return { method: 'undefined', reason: 'one-example' };
  }
  return groups?.count === 1
    ? { method: 'undefined', reason: 'one-group' }
    : undefined;
}

/** What each independent unit adds to the deviation of the sum, and its number of examples. */
function residuals(values: Float64Array, mean: number, groups?: Groups) {
  const deviations = values.map(value => value - mean);
  return groups
    ? groupTotals(deviations, groups)
    : {
        totals: deviations,
        sizes: new Float64Array(values.length).fill(1),
      };
}

function robustError(totals: Float64Array, examples: number): number {
  const count = totals.length;
  const squares = sumOf(count, i => totals[i] * totals[i]);
  return Math.sqrt((count / (count - 1)) * squares) / examples;
}
