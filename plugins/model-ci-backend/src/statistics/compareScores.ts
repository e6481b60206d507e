import type { Resampling } from './bootstrap/resampling';
import type { Evidence, ScoreRange, Undefined } from './evidence';
import type { Groups } from './groups';
import { findUnmeasured } from './measured';
import { meanEvidence } from './meanEvidence';

/** Per-example scores of two versions, in the order of the same examples. */
export interface PairedScores {
  baseline: Float64Array;
  candidate: Float64Array;
  better: 'higher' | 'lower';
  groups?: Groups;
  /** Of a score; `{ min: 0, max: 1 }` says that scores of 0 and 1 alone are binary. */
  range?: ScoreRange;
}

/** What is known of the mean difference of the scores; above 0 the candidate is better. */
export function compareScores(
  scores: PairedScores,
  resampling: Resampling,
): Evidence | Undefined {
  const { baseline, candidate, groups, range } = scores;
  const refused =
    findUnmeasured('candidate', candidate) ??
    findUnmeasured('baseline', baseline);
  if (refused) {
    return refused;
  }
  const sign = scores.better === 'higher' ? 1 : -1;
  const differences = candidate.map((score, i) => sign * (score - baseline[i]));
  if (!groups && differences.length > 0 && isBinary(scores)) {
    return {
      method: 'tango',
      gained: differences.filter(d => d > 0).length,
      lost: differences.filter(d => d < 0).length,
      examples: differences.length,
    };
  }
  const width = range && range.max - range.min;
  return meanEvidence(differences, {
    groups,
    resampling,
    range: width === undefined ? undefined : { min: -width, max: width },
  });
}

function isBinary({ baseline, candidate, range }: PairedScores): boolean {
  return (
    range?.min === 0 &&
    range.max === 1 &&
    isZeroOrOne(baseline) &&
    isZeroOrOne(candidate)
  );
}

export function isZeroOrOne(scores: Float64Array): boolean {
  return scores.every(score => score === 0 || score === 1);
}
