import {
  reason,
  type NestedReason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { otherSlices } from '../examples/otherLabels';
import { pairSets } from '../examples/pairSets';
import { marginOf, type Demand } from '../statistics/demand';
import { reportedEvidence } from '../statistics/reportedEvidence';
import { prepareDifference, prepareValue, type Prepared } from './evidence';
import { directionOf } from './direction';
import {
  explainDirection,
  explainMismatch,
  explainNoMetric,
  unclear,
} from './explain';
import { findExamples, type GateExamples, type OpenSet } from './findExamples';
import { findMeasured } from './findMeasured';
import { examplesOf, type GateItem, type PreparedItem } from './items';
import { findContradiction, isNumber } from './reported';
import { placeOf, subjectOf, subjectOfItem } from './subjectOf';
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
  const examples = examplesOf(item);
  return examples
    ? await askAboutLimits(item, evidence, examples)
    : askAboutReport(item, evidence);
}

function limitsOf({ gate: { min, max } }: GateItem): Demand[] {
  return [
    ...(min === undefined ? [] : [{ atLeast: min }]),
    ...(max === undefined ? [] : [{ atMost: max }]),
  ];
}

async function askAboutLimits(
  item: PreparedItem,
  evidence: StageEvidence,
  examples: GateExamples,
): Promise<Asked | Unclear> {
  const found = await prepareValue(examples, item.rows);
  if (found.type === 'none') {
    return explainNoMetric(found.why, subjectOfItem(item));
  }
  const { prepared } = found;
  const { source } = examples;
  const demands = limitsOf(item);
  return (
    findContradiction(item, evidence, { source, computed: prepared.value }) ?? {
      type: 'asked',
      prepared,
      demands,
      examples,
      rows: item.rows,
    }
  );
}

/** Without examples, the standard error that a report states is believed. */
function askAboutReport(
  item: PreparedItem,
  evidence: StageEvidence,
): Asked | Unclear {
  const found = findMeasured(placeOf(item), evidence);
  if (found.type === 'missing') {
    return unclear(found.reason, 'fail');
  }
  const { value } = found.evaluation;
  const subject = subjectOf(found.evaluation);
  if (!isNumber(value)) {
    return unclear(reason('gate.notMeasured', { subject }), 'fail');
  }
  const reported = reportedEvidence({ ...found.evaluation, value });
  if (!reported) {
    return unclear(reason(whyNoExamples(item), { subject }));
  }
  return {
    type: 'asked',
    demands: limitsOf(item),
    prepared: {
      units: reported.examples,
      kind: 'studentized',
      value,
      evidence: () => reported,
    },
  };
}

function whyNoExamples({ candidate }: PreparedItem) {
  if (candidate.type === 'found') {
    return 'gate.sliceWithoutExamples';
  }
  return candidate.type === 'none' && candidate.why !== undefined
    ? 'gate.noScore'
    : 'gate.noExamples';
}

async function askAboutDifference(
  item: PreparedItem,
  evidence: StageEvidence,
  open: OpenSet,
): Promise<Asked | Unclear> {
  const { gate, position } = item;
  const subject = subjectOfItem(item);
  const planned = evidence.plan[position]?.baseline;
  const examples = examplesOf(item);
  if (!examples) {
    return explainNoComparison(item, evidence);
  }
  const direction = directionOf({ metric: gate.metric, position }, evidence);
  if (direction.type !== 'known') {
    return explainDirection(direction, subject);
  }
  const name = nameOfBaseline(planned, gate.baseline ?? '');
  const before = planned && (await findExamples(gate, planned.examples, open));
  if (!planned || before?.type !== 'found') {
    return unclear(
      reason('gate.noBaselineExamples', { subject, baseline: name }),
    );
  }
  const sides = { baseline: before.examples, candidate: examples };
  const { mismatches } = await pairSets(
    [sides.baseline.source, sides.baseline.set],
    [sides.candidate.source, sides.candidate.set],
  );
  const others = gate.slices
    ? await otherSlices(sides.baseline.set, sides.candidate.set, gate.slices)
    : [];
  if (mismatches.length + others.length > 0) {
    const why = explainMismatch([...mismatches, ...others], subject, name);
    return unclear(why);
  }
  const found = await prepareDifference(sides, direction.better, item.rows);
  if (found.type === 'none') {
    return found.side === 'candidate'
      ? explainNoMetric(found.why, subject)
      : unclear(reason('gate.noBaselineExamples', { subject, baseline: name }));
  }
  const prepared = isSameModel(sides, planned, evidence)
    ? knownEqual(found.prepared, sides.candidate, item.rows)
    : found.prepared;
  const computed = { source: examples.source, computed: prepared.value };
  return (
    findContradiction(item, evidence, computed) ?? {
      type: 'asked',
      prepared,
      demands: [marginOf(gate.margin ?? 0)],
      examples,
      rows: item.rows,
      baseline: { planned, examples: sides.baseline },
    }
  );
}

/** From the same inputs, and with the same predictions for all examples, which shows that nothing else feeds them. */
function isSameModel(
  sides: { baseline: GateExamples; candidate: GateExamples },
  { runId }: PlannedBaseline,
  { sameInputs = [] }: StageEvidence,
): boolean {
  return (
    runId !== undefined &&
    sameInputs.includes(runId) &&
    sides.baseline.source.digest === sides.candidate.source.digest
  );
}

/** A metric that the examples do not give stays unmeasured, of however equal models. */
function knownEqual(
  prepared: Prepared,
  { source }: GateExamples,
  rows?: Int32Array,
): Prepared {
  const evidence = {
    method: 'same-model',
    examples: rows?.length ?? source.count,
  } as const;
  return isNumber(prepared.value)
    ? { ...prepared, evidence: () => evidence }
    : prepared;
}

/** What was measured, but not on examples that can be compared, is open; what was not measured fails. */
function explainNoComparison(
  item: PreparedItem,
  evidence: StageEvidence,
): Unclear {
  const { candidate } = item;
  const subject = subjectOfItem(item);
  const found = findMeasured(placeOf(item), evidence);
  if (found.type === 'missing') {
    return candidate.type === 'none' && candidate.why
      ? explainNoMetric(candidate.why, subject)
      : unclear(found.reason, 'fail');
  }
  if (!isNumber(found.evaluation.value)) {
    return unclear(reason('gate.notMeasured', { subject }), 'fail');
  }
  return unclear(
    candidate.type === 'found'
      ? reason('gate.sliceNotCompared', { subject })
      : reason('gate.noExamplesToCompare', { subject }),
  );
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
