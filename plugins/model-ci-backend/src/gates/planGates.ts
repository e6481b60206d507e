import {
  instancesOf,
  type Reason,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import { confidenceOf, isStatistical, judgedGates } from './demandOf';
import { findLoosening, findRemoved } from './loosening';
import { plannedFor } from './plannedFor';
import type { StoredGatePlan } from './gatePlan';
import type { ReferenceVersion } from './types';

/** A version, or why there is none. */
export type PlannableBaseline =
  | { type: 'found'; version: ReferenceVersion }
  | { type: 'first' }
  | { type: 'missing'; reason: Reason };

/**
 * Fixes what the gates of a stage demand: whom they compare with, how that differs from what the baseline's version, or
 * else the newest one, had to pass, and how many examples it takes.
 */
export function planGates(
  stage: Pick<StageDefinition, 'gates' | 'select' | 'matrix' | 'on' | 'repeat'>,
  versions: {
    newest?: ReferenceVersion;
    /** By the names that gates use. */
    baselines: ReadonlyMap<string, PlannableBaseline>;
  },
): StoredGatePlan {
  const { newest, baselines } = versions;
  const gates = judgedGates(stage);
  const instances = stage.select ? instancesOf(stage).length : 1;
  const count = gates.filter(isStatistical).length * instances;
  const confidence = confidenceOf(gates);
  const unreadable = unreadableOf([
    newest,
    ...[...baselines.values()].map(versionOf),
  ]);
  return {
    gates: gates.map(gate => {
      const named =
        gate.baseline === undefined ? undefined : baselines.get(gate.baseline);
      const baseline = named?.type === 'found' ? named.version : undefined;
      const reference = baseline ?? newest;
      const loosened = reference && findLoosening(gate, reference);
      const planned =
        reference && isStatistical(gate)
          ? plannedFor(gate, reference, { confidence, count })
          : undefined;
      return {
        ...(gate.baseline !== undefined && {
          baseline: {
            name: gate.baseline,
            ...(baseline && {
              version: baseline.version,
              runId: baseline.runId,
            }),
            ...(named?.type === 'first' && { isFirst: true as const }),
            ...(named?.type === 'missing' && { missing: named.reason }),
            values:
              baseline?.values.filter(({ metric }) => metric === gate.metric) ??
              [],
            examples: baseline?.examples ?? [],
          },
        }),
        ...(loosened && { loosened }),
        ...(planned !== undefined && { planned }),
      };
    }),
    ...(instances > 1 && { instances }),
    removed: newest ? findRemoved(stage.gates, newest) : [],
    ...(unreadable.length > 0 && { unreadable }),
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
