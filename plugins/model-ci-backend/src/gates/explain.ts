import {
  reason,
  type NestedReason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Undefined } from '../statistics/evidence';
import type { Mismatch } from '../statistics/pairing';
import type { NoMetric } from '../examples/metrics';
import type { Direction } from './direction';
import type { Unclear } from './types';

type Subject = string | NestedReason;

/** Ids in a sentence; the others are counted. */
const SHOWN_IDS = 5;

export function unclear(
  why: Reason,
  verdict: Unclear['verdict'] = 'inconclusive',
): Unclear {
  return { type: 'unclear', reason: why, verdict };
}

/** Why two versions were not compared, for the first thing that keeps them apart. */
export function explainMismatch(
  mismatches: Mismatch[],
  subject: Subject,
  baseline: Subject,
): Reason {
  const [mismatch] = mismatches;
  const about = { subject, baseline };
  switch (mismatch.reason) {
    case 'other-data':
      return reason('gate.otherData', about);
    case 'other-task':
      return reason('gate.otherTask', about);
    case 'duplicate-ids':
      return reason('gate.duplicateIds', { ...about, ...listed(mismatch) });
    case 'missing-ids':
      return reason('gate.missingIds', { ...about, ...listed(mismatch) });
    case 'extra-ids':
      return reason('gate.extraIds', { ...about, ...listed(mismatch) });
    case 'other-targets':
      return reason('gate.otherTargets', { ...about, ...listed(mismatch) });
    case 'other-slices':
      return reason('gate.otherSlices', { ...about, ...listed(mismatch) });
    default:
      return reason('gate.otherGroups', { ...about, ...listed(mismatch) });
  }
}

function listed({ ids, count }: { ids: string[]; count: number }) {
  const more = count - Math.min(ids.length, SHOWN_IDS);
  return {
    count,
    ids: [
      ...ids.slice(0, SHOWN_IDS),
      ...(more > 0 ? [reason('gate.others', { count: more })] : []),
    ],
  };
}

/** Why nothing can be better or worse. */
export function explainDirection(
  direction: Exclude<Direction, { type: 'known' }>,
  subject: Subject,
): Unclear {
  if (direction.type === 'unknown') {
    return unclear(reason('gate.noDirection', { subject }));
  }
  const code =
    direction.better === 'higher' ? 'gate.notLower' : 'gate.notHigher';
  return unclear(reason(code, { subject }));
}

/** Why the examples of the candidate do not have the metric: it was not measured. */
export function explainNoMetric(why: NoMetric, subject: Subject): Unclear {
  switch (why) {
    case 'incomplete':
      return unclear(reason('gate.incomplete', { subject }), 'fail');
    case 'no-target':
      return unclear(reason('gate.noTarget', { subject }), 'fail');
    case 'not-numbers':
      return unclear(reason('gate.notNumbers', { subject }), 'fail');
    case 'not-binary':
      return unclear(reason('gate.notBinary', { subject }), 'fail');
    default:
      return unclear(reason('gate.noScore', { subject }), 'fail');
  }
}

/** Why nothing can be said about a number; `idsAt` gives the ids of some examples. */
export async function explainUndefined(
  found: Undefined,
  subject: Subject,
  baseline: Subject,
  idsAt: (rows: number[]) => Promise<string[]>,
): Promise<Reason> {
  switch (found.reason) {
    case 'not-measured': {
      const { count, first, side } = found;
      const ids = listed({ ids: await idsAt(first), count }).ids;
      return side === 'candidate'
        ? reason('gate.examplesNotMeasured', { subject, count, ids })
        : reason('gate.baselineNotMeasured', { baseline, subject, count, ids });
    }
    case 'too-few-units': {
      const { units, needed } = found;
      return reason('gate.tooFewUnits', { subject, units, count: needed });
    }
    case 'metric-undefined':
      return reason('gate.metricUndefined', { subject });
    default:
      return reason('gate.tooFew', { subject });
  }
}
