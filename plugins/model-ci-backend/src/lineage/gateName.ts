import {
  stageKey,
  type GateResult,
} from '@model-ci/backstage-plugin-model-ci-common';

/** What a gate demands, as one line: `evaluate: accuracy on reviews, min 0.8, confidence 0.95`. */
export function gateName(gate: GateResult): string {
  const { stage, instance, metric, dataset, slice, demand } = gate;
  const { min, max, baseline, margin, confidence } = demand;
  return [
    `${stageKey(stage, instance)}: ${metric}`,
    ...(dataset === undefined ? [] : [` on ${dataset}`]),
    ...(slice === undefined ? [] : [` where ${slice}`]),
    ...Object.entries({ min, max, baseline, margin, confidence }).flatMap(
      ([name, value]) => (value === undefined ? [] : [`, ${name} ${value}`]),
    ),
  ].join('');
}
