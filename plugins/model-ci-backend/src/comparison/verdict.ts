import type { DifferenceVerdict } from '@model-ci/backstage-plugin-model-ci-common';
import { resamplesFor } from '../statistics/bootstrap/resampling';
import { compareScores, isZeroOrOne } from '../statistics/compareScores';
import { marginOf } from '../statistics/demand';
import {
  estimateOf,
  isDefined,
  type Evidence,
  type Undefined,
} from '../statistics/evidence';
import type { Groups } from '../statistics/groups';
import { judge } from '../statistics/judge';

const NAMES = {
  pass: 'better',
  fail: 'worse',
  inconclusive: 'inconclusive',
} as const;

const CONFIDENCE = 0.95;
/** The same for everybody: the same examples have the same interval. */
const SEED = 1;

/** Whether one version is better than the other by more than chance, from the scores of the same examples. */
export function judgeScores(scores: {
  baseline: Float64Array;
  candidate: Float64Array;
  better: 'higher' | 'lower';
  groups?: Groups;
}): DifferenceVerdict {
  const { baseline, candidate, groups } = scores;
  const range =
    isZeroOrOne(baseline) && isZeroOrOne(candidate)
      ? { min: 0, max: 1 }
      : undefined;
  return toVerdict(
    compareScores(
      { ...scores, range },
      resamplingOf(groups?.count ?? candidate.length, 'studentized'),
    ),
  );
}

/** Where nobody knows which direction is better, a difference is only one that is more than chance. */
export function withoutDirection<T extends { verdict: string }>(
  found: T,
  higherIsBetter: boolean | undefined,
): T | (T & { verdict: 'different' }) {
  const isDecided = found.verdict === 'better' || found.verdict === 'worse';
  return isDecided && higherIsBetter === undefined
    ? { ...found, verdict: 'different' }
    : found;
}

export function resamplingOf(
  units: number,
  kind: 'bca' | 'studentized' = 'bca',
) {
  const level = (1 - CONFIDENCE) / 2;
  return { seed: SEED, resamples: resamplesFor(level, units, { kind }) };
}

/** No margin: "better" says that nothing else is believable. */
export function toVerdict(evidence: Evidence | Undefined): DifferenceVerdict {
  const [judged] = judge([{ evidence, demand: marginOf(0) }], CONFIDENCE);
  if ('undefined' in judged || !isDefined(evidence)) {
    const reason = isDefined(evidence) ? 'metric-undefined' : evidence.reason;
    return { verdict: 'none', why: reason };
  }
  const { lower, upper } = judged.alone;
  return {
    verdict: NAMES[judged.verdict],
    difference: estimateOf(evidence),
    interval: {
      ...(Number.isFinite(lower) && { lower }),
      ...(Number.isFinite(upper) && { upper }),
    },
    method: evidence.method,
    examples: evidence.examples,
    ...(evidence.groups !== undefined && { groups: evidence.groups }),
    cautions: judged.cautions,
  };
}
