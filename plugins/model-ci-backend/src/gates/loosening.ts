import type { GateDemand } from '@model-ci/backstage-plugin-model-ci-common';
import { demandOf } from './demandOf';
import type { Gate, PlannedGate, ReferenceVersion } from './types';

/** The demand of the same gate of another version, if this one asks for less. */
export function findLoosening(
  gate: Gate,
  { stage, version }: ReferenceVersion,
): PlannedGate['loosened'] {
  const now = demandOf(gate);
  const before = (stage?.gates ?? [])
    .filter(other => isSameGate(gate, other))
    .map(demandOf);
  const stricter = before.find(demand => isLooser(now, demand));
  // Of several gates on one metric, another one may still ask for it.
  return stricter && !before.some(demand => isEqual(now, demand))
    ? { from: stricter, since: version }
    : undefined;
}

/** Gates of another version that have no counterpart. */
export function findRemoved(
  gates: Gate[],
  { stage, version }: ReferenceVersion,
) {
  return (stage?.gates ?? [])
    .filter(other => !gates.some(gate => isSameGate(gate, other)))
    .map(({ metric, dataset, slices, ...gate }) => ({
      metric,
      ...(dataset !== undefined && { dataset }),
      ...(slices !== undefined && { slices }),
      demand: demandOf({ metric, ...gate }),
      since: version,
    }));
}

function isSameGate(a: Gate, b: Gate): boolean {
  return (
    a.metric === b.metric &&
    a.dataset === b.dataset &&
    a.slices === b.slices &&
    (a.baseline === undefined) === (b.baseline === undefined)
  );
}

function isEqual(a: GateDemand, b: GateDemand): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Whether anything that the other demands is demanded less, or not at all. */
function isLooser(now: GateDemand, before: GateDemand): boolean {
  return (
    below(now.min, before.min) ||
    below(negated(now.max), negated(before.max)) ||
    below(now.confidence, before.confidence) ||
    (before.margin !== undefined && (now.margin ?? 0) > before.margin)
  );
}

function below(now: number | undefined, before: number | undefined): boolean {
  return before !== undefined && (now === undefined || now < before);
}

function negated(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value;
}
