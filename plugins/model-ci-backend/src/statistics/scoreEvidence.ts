import type { Resampling } from './bootstrap/resampling';
import { isZeroOrOne } from './compareScores';
import type { Evidence, ScoreRange, Undefined } from './evidence';
import type { Groups } from './groups';
import { findUnmeasured } from './measured';
import { meanEvidence } from './meanEvidence';
import { rateEvidence } from './rateEvidence';

/** What is known of the mean score of one version, for a limit with confidence. */
export function scoreEvidence(
  scores: Float64Array,
  options: { groups?: Groups; range?: ScoreRange; resampling: Resampling },
): Evidence | Undefined {
  const { range, groups } = options;
  const refused = findUnmeasured('candidate', scores);
  if (refused) {
    return refused;
  }
  const binary = range?.min === 0 && range.max === 1 && isZeroOrOne(scores);
  return binary && scores.length > 0
    ? rateEvidence(scores, groups)
    : meanEvidence(scores, options);
}
