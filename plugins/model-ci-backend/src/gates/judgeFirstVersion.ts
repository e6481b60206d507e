import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { prepareValue } from './evidence';
import { explainNoMetric, unclear } from './explain';
import { findMeasured } from './findMeasured';
import { examplesOf, type PreparedItem } from './items';
import { findContradiction, isNumber } from './reported';
import { placeOf, subjectOfItem } from './subjectOf';
import type { GateOutcome, StageEvidence, Unclear } from './types';

/** There is nothing to be compared with, but something must have been measured to be compared with next time. */
export async function judgeFirstVersion(
  item: PreparedItem,
  evidence: StageEvidence,
  baseline: string,
): Promise<Unclear | { type: 'outcome'; outcome: GateOutcome }> {
  const measured = await measure(item, evidence);
  if (typeof measured !== 'number') {
    return measured;
  }
  const subject = subjectOfItem(item);
  return {
    type: 'outcome',
    outcome: {
      verdict: 'pass',
      value: measured,
      baseline: { name: baseline },
      reason: reason('gate.firstVersion', { subject, baseline }),
    },
  };
}

async function measure(
  item: PreparedItem,
  evidence: StageEvidence,
): Promise<number | Unclear> {
  const subject = subjectOfItem(item);
  const examples = examplesOf(item);
  if (!examples) {
    const found = findMeasured(placeOf(item), evidence);
    if (found.type === 'missing') {
      return unclear(found.reason, 'fail');
    }
    const { value } = found.evaluation;
    return isNumber(value)
      ? value
      : unclear(reason('gate.notMeasured', { subject }), 'fail');
  }
  const found = await prepareValue(examples, item.rows);
  if (found.type === 'none') {
    return explainNoMetric(found.why, subject);
  }
  const { value: computed } = found.prepared;
  const { source } = examples;
  return (
    findContradiction(item, evidence, { source, computed }) ??
    (isNumber(computed)
      ? computed
      : unclear(reason('gate.noNumber', { subject }), 'fail'))
  );
}
