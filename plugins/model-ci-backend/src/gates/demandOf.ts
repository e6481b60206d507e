import {
  DEFAULT_CONFIDENCE,
  isParityMetric,
  type GateDemand,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Gate } from './types';

/** Whether chance is allowed for, so that all such gates of the stage share one promise. */
export function isStatistical(gate: Gate): boolean {
  return gate.confidence !== undefined || gate.baseline !== undefined;
}

export function confidenceOf(gates: Gate[]): number {
  return (
    gates.find(({ confidence }) => confidence !== undefined)?.confidence ??
    DEFAULT_CONFIDENCE
  );
}

/** What a gate demands of a number. */
export function demandOf(gate: Gate): GateDemand {
  const { min, max, confidence, baseline, margin } = gate;
  return {
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(confidence !== undefined && { confidence }),
    ...(baseline !== undefined && { baseline, margin: margin ?? 0 }),
  };
}

/** Those that are judged when an execution of the stage has ended: parity is judged at the conclusion of the stage. */
export function judgedGates({ gates }: Pick<StageDefinition, 'gates'>): Gate[] {
  return gates.filter(({ metric }) => !isParityMetric(metric));
}
