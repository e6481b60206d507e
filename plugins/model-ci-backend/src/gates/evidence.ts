import { groupsOf, groupsOfBoth } from '../examples/groupsOf';
import {
  asMetric,
  metricOf,
  type ComputedMetric,
  type NoMetric,
} from '../examples/metrics';
import { bootstrapEvidence } from '../statistics/bootstrap/bootstrapEvidence';
import type { Resampling } from '../statistics/bootstrap/resampling';
import { compareMetrics } from '../statistics/compareMetrics';
import { compareScores, isZeroOrOne } from '../statistics/compareScores';
import type { Evidence, Undefined } from '../statistics/evidence';
import { scoreEvidence } from '../statistics/scoreEvidence';
import { meanOf } from '../statistics/sums';
import type { GateExamples } from './findExamples';

/** What can be asked about a number once it is known how many samples a bootstrap has to draw. */
export interface Prepared {
  units: number;
  /** Which resamples are drawn, where any are: of a mean those of its t statistic. */
  kind: 'bca' | 'studentized';
  /** Of the candidate, and of the baseline. */
  value: number;
  baselineValue?: number;
  flips?: { gained: number; lost: number };
  evidence(resampling: Resampling): Evidence | Undefined;
}

export type Preparation =
  | { type: 'prepared'; prepared: Prepared }
  | { type: 'none'; side: 'baseline' | 'candidate'; why: NoMetric };

/** What the examples say of a metric itself. */
export async function prepareValue(
  { set, metric: name }: GateExamples,
  rows?: Int32Array,
): Promise<Preparation> {
  const found = await metricOf(set, name, rows);
  if (found.type === 'none') {
    return { type: 'none', side: 'candidate', why: found.reason };
  }
  const groups = await groupsOf(set, rows);
  const sized = {
    units: groups?.count ?? sizeOf(found),
    kind: kindOf(found),
    value: valueOf(found),
  };
  const evidence = (resampling: Resampling) =>
    found.type === 'mean'
      ? scoreEvidence(found.scores, {
          groups,
          range: rangeOf(found.scores),
          resampling,
        })
      : bootstrapEvidence({ ...found, groups }, resampling);
  return { type: 'prepared', prepared: { ...sized, evidence } };
}

/** What the examples of two versions say of their difference; above 0 the candidate is better. */
export async function prepareDifference(
  sides: { baseline: GateExamples; candidate: GateExamples },
  better: 'higher' | 'lower',
  rows?: Int32Array,
): Promise<Preparation> {
  const { set, metric } = sides.candidate;
  const candidate = await metricOf(set, metric, rows);
  const before = sides.baseline;
  const baseline = await metricOf(before.set, before.metric, rows);
  if (candidate.type === 'none') {
    return { type: 'none', side: 'candidate', why: candidate.reason };
  }
  if (baseline.type === 'none') {
    return { type: 'none', side: 'baseline', why: baseline.reason };
  }
  const groups = await groupsOfBoth([before.set, rows], [set, rows]);
  const sized = {
    units: groups?.count ?? sizeOf(candidate),
    kind: kindOf(candidate, baseline),
    value: valueOf(candidate),
    baselineValue: valueOf(baseline),
  };
  if (candidate.type === 'mean' && baseline.type === 'mean') {
    const scores = { candidate: candidate.scores, baseline: baseline.scores };
    const prepared = {
      ...sized,
      ...flipsOf(scores, better),
      ...compare(scores),
    };
    return { type: 'prepared', prepared };
  }
  const metrics = {
    candidate: asMetric(candidate),
    baseline: asMetric(baseline),
  };
  const sample = { examples: sizeOf(candidate), groups, better };
  const evidence = (resampling: Resampling) =>
    compareMetrics({ ...metrics, ...sample }, resampling);
  return { type: 'prepared', prepared: { ...sized, evidence } };

  function compare(scores: {
    candidate: Float64Array;
    baseline: Float64Array;
  }) {
    const range = rangeOf(scores.candidate) && rangeOf(scores.baseline);
    return {
      evidence: (resampling: Resampling) =>
        compareScores({ ...scores, better, groups, range }, resampling),
    };
  }
}

/** Scores that are all 0 or 1 are taken as right and wrong; nothing is known of what others could be. */
function rangeOf(scores: Float64Array) {
  return isZeroOrOne(scores) ? { min: 0, max: 1 } : undefined;
}

function flipsOf(
  scores: { candidate: Float64Array; baseline: Float64Array },
  better: 'higher' | 'lower',
) {
  const sign = better === 'higher' ? 1 : -1;
  const { candidate, baseline } = scores;
  if (!isZeroOrOne(candidate) || !isZeroOrOne(baseline)) {
    return {};
  }
  let gained = 0;
  let lost = 0;
  candidate.forEach((score, i) => {
    gained += sign * (score - baseline[i]) > 0 ? 1 : 0;
    lost += sign * (score - baseline[i]) < 0 ? 1 : 0;
  });
  return { flips: { gained, lost } };
}

function sizeOf(found: ComputedMetric): number {
  return found.type === 'mean' ? found.scores.length : found.examples;
}

function kindOf(...found: ComputedMetric[]): Prepared['kind'] {
  return found.every(({ type }) => type === 'mean') ? 'studentized' : 'bca';
}

function valueOf(found: ComputedMetric): number {
  return found.type === 'mean'
    ? meanOf(found.scores)
    : found.metric(new Float64Array(found.examples).fill(1));
}
