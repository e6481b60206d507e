import { reason } from '../../reasons';
import { isParityMetric } from '../instances';
import { type Problem, valueOf } from '../problems';

/** Reports from which gates can be judged. */
const MEASURING = ['metrics', 'predictions', 'lm-eval'];

/** What the keys of a gate, and the gates of a stage, say together. */
export function checkGates(path: string[], stage: unknown): Problem[] {
  const gates = valueOf(stage, 'gates');
  if (!Array.isArray(gates)) {
    return checkDecisionTimeout(path, stage);
  }
  return [
    ...checkReports(path, stage, gates),
    ...gates.flatMap((gate: unknown, index) =>
      checkGate([...path, 'gates', index], gate),
    ),
    ...checkConfidence(path, gates),
    ...checkDecisionTimeout(path, stage),
  ];
}

function checkReports(
  path: string[],
  stage: unknown,
  gates: unknown[],
): Problem[] {
  const reports = valueOf(stage, 'reports');
  const measures = MEASURING.some(kind => valueOf(reports, kind) !== undefined);
  // Parity is measured by the portal itself.
  const needs = gates.some(gate => {
    const metric = valueOf(gate, 'metric');
    return typeof metric !== 'string' || !isParityMetric(metric);
  });
  return needs && !measures
    ? [
        {
          path: [...path, 'gates'],
          atKey: true,
          reason: reason('definition.gatesWithoutReport'),
        },
      ]
    : [];
}

function checkGate(path: Problem['path'], gate: unknown): Problem[] {
  const [min, max, baseline, margin] = ['min', 'max', 'baseline', 'margin'].map(
    key => valueOf(gate, key),
  );
  const hasLimit = min !== undefined || max !== undefined;
  const problems: Problem[] = [];
  if (!hasLimit && baseline === undefined) {
    problems.push({
      path,
      reason: reason('definition.gateWithoutLimit'),
    });
  }
  if (hasLimit && baseline !== undefined) {
    problems.push({
      path: [...path, 'baseline'],
      atKey: true,
      reason: reason('definition.gateBaselineAndLimit'),
    });
  }
  if (margin !== undefined && baseline === undefined) {
    problems.push({
      path: [...path, 'margin'],
      atKey: true,
      reason: reason('definition.marginWithoutBaseline'),
    });
  }
  const metric = valueOf(gate, 'metric');
  const extra = ['confidence', 'baseline', 'slices'].find(
    key => valueOf(gate, key) !== undefined,
  );
  if (typeof metric === 'string' && isParityMetric(metric) && extra) {
    problems.push({
      path: [...path, extra],
      atKey: true,
      reason: reason('definition.parityExact'),
    });
  }
  if (typeof min === 'number' && typeof max === 'number' && min > max) {
    problems.push({
      path: [...path, 'min'],
      reason: reason('definition.minAboveMax', { min, max }),
    });
  }
  return problems;
}

/** They are judged together, with one promise. */
function checkConfidence(path: string[], gates: unknown[]): Problem[] {
  const first = gates.findIndex(gate => isConfidence(gate));
  const confidence = valueOf(gates[first], 'confidence');
  return gates.flatMap((gate, index) =>
    isConfidence(gate) && valueOf(gate, 'confidence') !== confidence
      ? [
          {
            path: [...path, 'gates', index, 'confidence'],
            reason: reason('definition.oneConfidence', {
              confidence: String(confidence),
              gate: first,
            }),
          },
        ]
      : [],
  );
}

function isConfidence(gate: unknown): boolean {
  return typeof valueOf(gate, 'confidence') === 'number';
}

function checkDecisionTimeout(path: string[], stage: unknown): Problem[] {
  const waits =
    valueOf(stage, 'inconclusive') === 'ask' || valueOf(stage, 'hold') === true;
  return valueOf(stage, 'decisionTimeout') !== undefined && !waits
    ? [
        {
          path: [...path, 'decisionTimeout'],
          atKey: true,
          reason: reason('definition.decisionTimeout'),
        },
      ]
    : [];
}
