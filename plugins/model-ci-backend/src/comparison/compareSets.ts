import type {
  DifferenceVerdict,
  ExampleComparison,
  ExampleCounts,
} from '@model-ci/backstage-plugin-model-ci-common';
import { pick } from '../examples/pick';
import { groupsOfBoth } from '../examples/groupsOf';
import type { OpenedExampleSet } from '../examples/openExampleSet';
import { pairSets } from '../examples/pairSets';
import type { ExampleSet } from '../examples/types';
import type { Groups } from '../statistics/groups';
import type { Mismatch, Pairs } from '../statistics/pairing';
import { ascending } from './ascending';
import { isHigherBetter, scoredMetrics, scoresOf } from './metrics';
import type { Subject } from './types';
import { judgeScores, withoutDirection } from './verdict';

/** Two sets, example by example: made once, and read page by page. */
export interface ComparedSets {
  metrics: string[];
  metric?: string;
  higherIsBetter?: boolean;
  mismatches: Mismatch[];
  pairs: Pairs;
  /** What can be filtered by. */
  slices: ExampleComparison['slices'];
  /** Absent where nothing is compared: no common metric, or other data and nobody chose to compare it. */
  scored?: Scored;
}

/** In the order of the pairs. */
export interface Scored {
  baseline: Float64Array;
  candidate: Float64Array;
  /** Above 0 the candidate is better, or higher where the direction is unknown; NaN where one of the two was not measured. */
  change: Float64Array;
  /** Whether scores say right and wrong, and which is which. */
  binary: boolean;
  verdict: DifferenceVerdict;
  counts: ExampleCounts;
  /** Pairs from the largest regression to the largest improvement, those without a change last. */
  byChange: Int32Array;
}

export async function compareSets(
  subject: Subject,
  baseline: OpenedExampleSet,
  candidate: OpenedExampleSet,
): Promise<ComparedSets> {
  const { pairs, mismatches } = await pairSets(
    [subject.baseline, baseline],
    [subject.candidate, candidate],
  );
  const others = new Set(await scoredMetrics(baseline));
  const metrics = (await scoredMetrics(candidate)).filter(name =>
    others.has(name),
  );
  const { metric = metrics[0] } = subject;
  const higherIsBetter =
    metric === undefined
      ? undefined
      : isHigherBetter(metric, subject.directions);
  const slices = await readSlices(candidate);
  const known = { metrics, metric, higherIsBetter, mismatches };
  const compared = { ...known, pairs, slices };
  if (metric === undefined || (mismatches.length > 0 && !subject.common)) {
    return compared;
  }
  const before = await scoresOf(baseline, metric);
  const now = await scoresOf(candidate, metric);
  if (!before || !now) return compared;
  const scores = {
    baseline: pick(before, pairs.baseline),
    candidate: pick(now, pairs.candidate),
  };
  const groups = await groupsOfBoth(
    [baseline, pairs.baseline],
    [candidate, pairs.candidate],
  );
  return { ...compared, scored: score({ ...scores, groups }, higherIsBetter) };
}

function score(
  scores: {
    baseline: Float64Array;
    candidate: Float64Array;
    groups?: Groups;
  },
  higherIsBetter: boolean | undefined,
): Scored {
  const { baseline, candidate } = scores;
  const sign = higherIsBetter === false ? -1 : 1;
  const better = higherIsBetter === false ? 'lower' : 'higher';
  const change = candidate.map((value, i) => sign * (value - baseline[i]));
  const binary = isBinary(baseline) && isBinary(candidate);
  return {
    baseline,
    candidate,
    change,
    binary: binary && higherIsBetter !== undefined,
    verdict: withoutDirection(
      judgeScores({ ...scores, better }),
      higherIsBetter,
    ),
    counts: countChanges(change, { binary, higherIsBetter }),
    byChange: ascending(change),
  };
}

function countChanges(
  change: Float64Array,
  of: { binary: boolean; higherIsBetter: boolean | undefined },
): ExampleCounts {
  const counts = { equal: 0, unmeasured: 0 };
  let above = 0;
  let below = 0;
  for (const value of change) {
    if (value > 0) above += 1;
    else if (value < 0) below += 1;
    else if (value === 0) counts.equal += 1;
    else counts.unmeasured += 1;
  }
  return of.higherIsBetter === undefined
    ? { ...counts, higher: above, lower: below }
    : {
        ...counts,
        better: above,
        worse: below,
        gained: of.binary ? above : 0,
        lost: of.binary ? below : 0,
      };
}

/** Right and wrong; what was not measured is neither. */
function isBinary(scores: Float64Array): boolean {
  return scores.every(
    value => value === 0 || value === 1 || Number.isNaN(value),
  );
}

/** Not configurable: more values are searched for by text. */
const SHOWN_SLICE_VALUES = 200;

async function readSlices(set: ExampleSet): Promise<ComparedSets['slices']> {
  return await Promise.all(
    set.slices.map(async name => ({
      name,
      values: ((await set.slice(name))?.names ?? [])
        .slice(0, SHOWN_SLICE_VALUES)
        .sort(),
    })),
  );
}

/** What a comparison takes in memory, nearly. */
export function bytesOf({ pairs, scored }: ComparedSets): number {
  const numbers = scored ? 3 * 8 + 4 : 0;
  return 4096 + pairs.baseline.length * (8 + numbers);
}
