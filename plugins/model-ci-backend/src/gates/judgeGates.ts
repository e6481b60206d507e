import { findMeasured } from './findMeasured';
import { judgeLimits } from './judgeLimits';
import type { Gate, JudgedGate, LimitJudgement, Measurements } from './types';

/** Judges every gate of a stage. Pure: the same gates over the same evaluations give the same verdicts. */
export function judgeGates(
  gates: Gate[],
  measurements: Measurements,
): JudgedGate[] {
  return gates.map(gate => ({
    metric: gate.metric,
    dataset: gate.dataset,
    demand: { min: gate.min, max: gate.max },
    ...judgeGate(gate, measurements),
  }));
}

function judgeGate(gate: Gate, measurements: Measurements): LimitJudgement {
  const found = findMeasured(gate, measurements);
  return found.type === 'found'
    ? judgeLimits(gate, found.evaluation)
    : { verdict: 'inconclusive', reason: found.reason };
}
