import type { MeanEvidence, RateEvidence } from './evidence';
import { isRate, isShare } from './metrics/names';

/** What a report says of a metric. */
export interface Reported {
  metric: string;
  value: number;
  stderr?: number;
  n?: number;
}

/** Reports round their standard errors, to two digits or so. */
const ROUNDED = 0.05;

/**
 * What a value and its standard error say, if they say enough. A share of right answers has the limits that its examples
 * would have, since the normal approximation fails near 0 and 1; anything else has Student's.
 */
export function reportedEvidence({
  metric,
  value,
  stderr,
  n,
}: Reported): MeanEvidence | RateEvidence | undefined {
  if (stderr === undefined || n === undefined || n < 2 || !(stderr >= 0)) {
    return undefined;
  }
  if (isRate(metric, value) || isBinomial(value, stderr, n)) {
    return rateOf(value, stderr, n);
  }
  return stderr === 0
    ? undefined
    : {
        method: 'student-t',
        estimate: value,
        standardError: stderr,
        examples: n,
        ...(isShare(metric, value) && { range: { min: 0, max: 1 } }),
      };
}

/** Whether the standard error is that of a share of n independent examples, with the divisor n or n − 1. */
function isBinomial(value: number, stderr: number, n: number): boolean {
  const spread = value * (1 - value);
  return (
    spread > 0 &&
    [n, n - 1].some(
      count => Math.abs(stderr / Math.sqrt(spread / count) - 1) <= ROUNDED,
    )
  );
}

/** A standard error above the binomial one counts groups: as many independent examples have it. Never more than there are. */
function rateOf(value: number, stderr: number, n: number): RateEvidence {
  const spread = value * (1 - value);
  const isGrouped = spread > 0 && !isBinomial(value, stderr, n);
  return {
    method: 'clopper-pearson',
    successes: countOf(value * n),
    examples: n,
    effective: isGrouped ? Math.min(n, spread / stderr ** 2) : n,
    reported: true,
  };
}

/** A rounded value is meant to be a count; one that is far from any is not. */
function countOf(successes: number): number {
  const count = Math.round(successes);
  return Math.abs(count - successes) < 0.25 ? count : successes;
}
