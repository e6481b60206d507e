import type {
  GateDemand,
  PlanLoosening,
  StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import { demandOf } from './demandOf';
import type { Gate, FixedGate, ReferenceVersion } from './types';

/** The demand of the same gate of another version, if this one asks for less. */
export function findLoosening(
  gate: Gate,
  { stage, version }: ReferenceVersion,
): FixedGate['loosened'] {
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
  { stage, version }: Pick<ReferenceVersion, 'stage' | 'version'>,
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

const STRICTNESS = { pass: 0, ask: 1, fail: 2 } as const;

/** What else decides about a version, and was stricter or another in the newest one. */
export function findStageLoosening(
  stage: Pick<StageDefinition, 'gates' | 'inconclusive'> &
    Partial<Pick<StageDefinition, 'reports'>>,
  { stage: before, version: since }: ReferenceVersion,
): PlanLoosening[] {
  if (!before) {
    return [];
  }
  const from = before.inconclusive ?? 'fail';
  const isLess = STRICTNESS[stage.inconclusive ?? 'fail'] < STRICTNESS[from];
  return [
    ...(isLess ? [{ type: 'inconclusive' as const, from, since }] : []),
    ...comparedMetrics(stage, before).flatMap(metric => {
      const was = before.reports.directions?.[metric];
      return was === stage.reports?.directions?.[metric]
        ? []
        : [{ type: 'direction' as const, metric, from: was, since }];
    }),
  ];
}

/** Those whose direction decides a gate. */
function comparedMetrics(
  ...stages: Array<Pick<StageDefinition, 'gates'>>
): string[] {
  const compared = stages.flatMap(({ gates }) =>
    gates.filter(({ baseline }) => baseline !== undefined),
  );
  return [...new Set(compared.map(({ metric }) => metric))];
}

/** Gates of stages that a definition has no longer, unless a new stage asks for as much. */
export function findLostStages(
  stages: Record<string, StageDefinition>,
  before: { stages: Record<string, StageDefinition>; version: number },
) {
  const isNew = ([name]: [string, unknown]) =>
    !Object.hasOwn(before.stages, name);
  const moved = Object.entries(stages)
    .filter(isNew)
    .flatMap(([, { gates }]) => gates);
  return Object.entries(before.stages)
    .filter(([name]) => !Object.hasOwn(stages, name))
    .flatMap(([name, stage]) => {
      const kept = moved.filter(gate => isKept(gate, stage.gates));
      const { version } = before;
      return findRemoved(kept, { stage, version }).map(removed => ({
        stage: name,
        ...removed,
      }));
    });
}

function isKept(gate: Gate, before: Gate[]): boolean {
  const demand = demandOf(gate);
  return !before.some(
    other => isSameGate(gate, other) && isLooser(demand, demandOf(other)),
  );
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

/** Whether anything that the other demands is demanded less, not at all, or of another baseline. */
function isLooser(now: GateDemand, before: GateDemand): boolean {
  return (
    below(now.min, before.min) ||
    below(negated(now.max), negated(before.max)) ||
    below(now.confidence, before.confidence) ||
    (before.margin !== undefined && (now.margin ?? 0) > before.margin) ||
    now.baseline !== before.baseline
  );
}

function below(now: number | undefined, before: number | undefined): boolean {
  return before !== undefined && (now === undefined || now < before);
}

function negated(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value;
}
