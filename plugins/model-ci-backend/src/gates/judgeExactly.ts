import { prepareValue } from './evidence';
import { findMeasured } from './findMeasured';
import { examplesOf, type PreparedItem } from './items';
import { judgeLimits } from './judgeLimits';
import { findContradiction } from './reported';
import { placeOf } from './subjectOf';
import type { GateOutcome, StageEvidence } from './types';

/**
 * The value itself against the limits, without any allowance for chance. A reported value that misses them fails; one
 * that meets them must not be contradicted by the examples.
 */
export async function judgeExactly(
  item: PreparedItem,
  evidence: StageEvidence,
): Promise<GateOutcome> {
  const { gate } = item;
  const found = findMeasured(placeOf(item), evidence);
  if (found.type === 'missing') {
    const missing = { verdict: 'fail', reason: found.reason } as const;
    const computed =
      found.reason.code === 'gate.severalDatasets'
        ? undefined
        : await computeValue(item);
    return computed
      ? judgeLimits(gate, { ...placeOf(item), value: computed.computed })
      : missing;
  }
  const outcome = judgeLimits(gate, found.evaluation);
  const computed =
    outcome.verdict === 'pass' ? await computeValue(item) : undefined;
  const contradiction = computed && findContradiction(item, evidence, computed);
  return contradiction
    ? {
        verdict: contradiction.verdict,
        value: outcome.value,
        reason: contradiction.reason,
      }
    : outcome;
}

/** What the examples give; absent where they do not have the metric. */
async function computeValue(item: PreparedItem) {
  const examples = examplesOf(item);
  if (!examples) {
    return undefined;
  }
  const found = await prepareValue(examples, item.rows);
  return found.type === 'prepared'
    ? { source: examples.source, computed: found.prepared.value }
    : undefined;
}
