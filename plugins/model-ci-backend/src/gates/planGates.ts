import {
  instancesOf,
  type Reason,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import { confidenceOf, isStatistical, judgedGates } from './demandOf';
import { findLoosening, findRemoved, findStageLoosening } from './loosening';
import { measuredFor } from './measuredFor';
import { plannedFor } from './plannedFor';
import type { StoredGatePlan } from './gatePlan';
import type { Gate, FixedGate, ReferenceVersion } from './types';

/** A version, or why there is none. */
export type PlannableBaseline =
  | { type: 'found'; version: ReferenceVersion }
  | { type: 'first' }
  | { type: 'missing'; reason: Reason };

/** What of a stage decides what its gates demand. */
type PlannableStage = Pick<
  StageDefinition,
  'gates' | 'select' | 'matrix' | 'on' | 'repeat' | 'inconclusive'
> &
  Partial<Pick<StageDefinition, 'reports'>>;

/** Versions that gates look back at. */
interface Versions {
  newest?: ReferenceVersion;
  /** By the names that gates use. */
  baselines: ReadonlyMap<string, PlannableBaseline>;
}

/**
 * Fixes what the gates of a stage demand: whom they compare with, how that differs from what the baseline's version and
 * the newest one had to pass, and how many examples it takes.
 */
export function planGates(
  stage: PlannableStage,
  versions: Versions,
): StoredGatePlan {
  const { newest, baselines } = versions;
  const gates = judgedGates(stage);
  const instances = stage.select ? instancesOf(stage).length : 1;
  const unreadable = unreadableOf([
    newest,
    ...[...baselines.values()].map(versionOf),
  ]);
  const judged = {
    confidence: confidenceOf(gates),
    count:
      instances *
      gates.reduce(
        (count, gate) => count + questionsOf(gate, referenceOf(gate, versions)),
        0,
      ),
  };
  return {
    gates: gates.map(gate => planGate(gate, versions, judged)),
    ...(instances > 1 && { instances }),
    removed: newest ? findRemoved(stage.gates, newest) : [],
    loosened: newest ? findStageLoosening(stage, newest) : [],
    ...(unreadable.length > 0 && { unreadable }),
  };
}

function foundFor({ baseline }: Gate, { baselines }: Versions) {
  return baseline === undefined ? undefined : baselines.get(baseline);
}

function referenceOf(gate: Gate, versions: Versions) {
  const found = foundFor(gate, versions);
  return (found && versionOf(found)) ?? versions.newest;
}

/** How many questions a gate will ask, as far as an earlier version shows its slices: they all share one promise. */
function questionsOf(gate: Gate, reference?: ReferenceVersion): number {
  if (!isStatistical(gate)) {
    return 0;
  }
  const { min, max, baseline } = gate;
  const limits =
    baseline === undefined && min !== undefined && max !== undefined;
  const slices = reference ? measuredFor(gate, reference.values).length : 1;
  return Math.max(slices, 1) * (limits ? 2 : 1);
}

function planGate(
  gate: Gate,
  versions: Versions,
  judged: { confidence: number; count: number },
): FixedGate {
  const found = foundFor(gate, versions);
  const baseline = found && versionOf(found);
  const reference = referenceOf(gate, versions);
  const loosened = [baseline ?? [], versions.newest ?? []]
    .flat()
    .map(version => findLoosening(gate, version))
    .find(demand => demand !== undefined);
  const planned =
    reference && isStatistical(gate)
      ? plannedFor(gate, reference, judged)
      : undefined;
  return {
    ...(gate.baseline !== undefined && {
      baseline: {
        name: gate.baseline,
        ...(baseline && { version: baseline.version, runId: baseline.runId }),
        ...(found?.type === 'first' && { isFirst: true as const }),
        ...(found?.type === 'missing' && { missing: found.reason }),
        values:
          baseline?.values.filter(({ metric }) => metric === gate.metric) ?? [],
        examples: baseline?.examples ?? [],
        ...(baseline?.inputs && { inputs: baseline.inputs }),
      },
    }),
    ...(loosened && { loosened }),
    ...(planned !== undefined && { planned }),
  };
}

function versionOf(found: PlannableBaseline): ReferenceVersion | undefined {
  return found.type === 'found' ? found.version : undefined;
}

/** Versions of which nobody can say what they had to pass. */
function unreadableOf(versions: Array<ReferenceVersion | undefined>): number[] {
  const numbers = versions.flatMap(of =>
    of?.isUnreadable ? [of.version] : [],
  );
  return [...new Set(numbers)];
}
