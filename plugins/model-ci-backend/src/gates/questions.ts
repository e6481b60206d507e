import {
  reason,
  type NestedReason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { pairSets } from '../examples/pairSets';
import { marginOf, type Demand } from '../statistics/demand';
import { prepareDifference, prepareValue, type Prepared } from './evidence';
import { explainMismatch, explainNoMetric, unclear } from './explain';
import { findExamples, type GateExamples, type OpenSet } from './findExamples';
import { findMeasured } from './findMeasured';
import type { GateItem, PreparedItem } from './items';
import { subjectOf } from './subjectOf';
import type { PlannedBaseline, StageEvidence, Unclear } from './types';

/** What is to be asked about one gate on one slice. */
export interface Asked {
  type: 'asked';
  prepared: Prepared;
  /** One, or two where a gate has both limits. */
  demands: Demand[];
  /** Where ids come from; absent where the report alone says something. */
  examples?: GateExamples;
  rows?: Int32Array;
  baseline?: { planned: PlannedBaseline; examples: GateExamples };
}

/** What must be asked of the statistics for a gate with confidence, or why nothing can be asked. */
export async function askAbout(
  item: PreparedItem,
  evidence: StageEvidence,
  open: OpenSet,
): Promise<Asked | Unclear> {
  const { gate, candidate } = item;
  if (candidate.type === 'several') {
    return unclear(reason('gate.severalExamples', { metric: gate.metric }));
  }
  if (gate.baseline !== undefined) {
    return await askAboutDifference(item, evidence, open);
  }
  return candidate.type === 'found'
    ? await askAboutLimits(item, candidate.examples)
    : askAboutReport(item, evidence, candidate.why !== undefined);
}

function limitsOf({ gate: { min, max } }: GateItem): Demand[] {
  return [
    ...(min === undefined ? [] : [{ atLeast: min }]),
    ...(max === undefined ? [] : [{ atMost: max }]),
  ];
}

async function askAboutLimits(
  item: PreparedItem,
  examples: GateExamples,
): Promise<Asked | Unclear> {
  const found = await prepareValue(examples, item.rows);
  return found.type === 'none'
    ? explainNoMetric(found.why, subjectOfItem(item))
    : {
        type: 'asked',
        prepared: found.prepared,
        demands: limitsOf(item),
        examples,
        rows: item.rows,
      };
}

/** Without examples, the standard error that a report states is believed. */
function askAboutReport(
  item: PreparedItem,
  evidence: StageEvidence,
  hasExamples: boolean,
): Asked | Unclear {
  const found = findMeasured({ ...item.gate, slice: item.slice }, evidence);
  if (found.type === 'missing') {
    return unclear(found.reason, 'fail');
  }
  const { value, stderr, n } = found.evaluation;
  const subject = subjectOf(found.evaluation);
  if (value === undefined) {
    return unclear(reason('gate.notMeasured', { subject }), 'fail');
  }
  if (stderr === undefined || n === undefined || n < 2 || !(stderr > 0)) {
    return unclear(
      reason(hasExamples ? 'gate.noScore' : 'gate.noExamples', { subject }),
    );
  }
  return {
    type: 'asked',
    demands: limitsOf(item),
    prepared: {
      units: n,
      value,
      evidence: () => ({
        method: 'student-t',
        estimate: value,
        standardError: stderr,
        examples: n,
      }),
    },
  };
}

async function askAboutDifference(
  item: PreparedItem,
  evidence: StageEvidence,
  open: OpenSet,
): Promise<Asked | Unclear> {
  const { gate, candidate, position } = item;
  const subject = subjectOfItem(item);
  const planned = evidence.plan[position]?.baseline;
  const better = directionOf(item, evidence);
  if (candidate.type !== 'found') {
    const found = findMeasured(gate, evidence);
    return found.type === 'missing' &&
      candidate.type === 'none' &&
      !candidate.why
      ? unclear(found.reason, 'fail')
      : unclear(reason('gate.noExamplesToCompare', { subject }));
  }
  if (!better) {
    return unclear(reason('gate.noDirection', { subject }));
  }
  const name = nameOfBaseline(planned, gate.baseline ?? '');
  const before = planned && (await findExamples(gate, planned.examples, open));
  if (!planned || before?.type !== 'found') {
    return unclear(
      reason('gate.noBaselineExamples', { subject, baseline: name }),
    );
  }
  const sides = { baseline: before.examples, candidate: candidate.examples };
  const { mismatches } = await pairSets(
    [sides.baseline.source, sides.baseline.set],
    [sides.candidate.source, sides.candidate.set],
  );
  if (mismatches.length > 0) {
    return unclear(explainMismatch(mismatches, subject, name));
  }
  const found = await prepareDifference(sides, better, item.rows);
  if (found.type === 'none') {
    return found.side === 'candidate'
      ? explainNoMetric(found.why, subject)
      : unclear(reason('gate.noBaselineExamples', { subject, baseline: name }));
  }
  return {
    type: 'asked',
    prepared: found.prepared,
    demands: [marginOf(gate.margin ?? 0)],
    examples: sides.candidate,
    rows: item.rows,
    baseline: { planned, examples: sides.baseline },
  };
}

export function subjectOfItem({ gate, slice }: GateItem) {
  return subjectOf({ metric: gate.metric, dataset: gate.dataset, slice });
}

/** `champion (version 3)`. */
export function nameOfBaseline(
  planned: PlannedBaseline | undefined,
  name: string,
): string | NestedReason {
  return planned?.version === undefined
    ? name
    : reason('gate.baseline', { name, version: planned.version });
}

function directionOf(
  { gate }: GateItem,
  { evaluations, directions }: StageEvidence,
): 'higher' | 'lower' | undefined {
  const reported = evaluations.find(
    ({ metric, higherIsBetter }) =>
      metric === gate.metric && higherIsBetter !== undefined,
  )?.higherIsBetter;
  if (reported !== undefined) {
    return reported ? 'higher' : 'lower';
  }
  return Object.hasOwn(directions, gate.metric)
    ? directions[gate.metric]
    : undefined;
}
