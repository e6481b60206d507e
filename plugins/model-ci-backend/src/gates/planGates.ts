import type { StageDefinition } from '@model-ci/backstage-plugin-model-ci-common';
import { confidenceOf, isStatistical, judgedGates } from './demandOf';
import { findLoosening, findRemoved } from './loosening';
import { plannedFor } from './plannedFor';
import type { StoredGatePlan } from './gatePlan';
import type { ReferenceVersion } from './types';

/**
 * Fixes what the gates of a stage demand: whom they compare with, how that differs from what the baseline's version, or
 * else the newest one, had to pass, and how many examples it takes.
 */
export function planGates(
  stage: StageDefinition,
  versions: {
    newest?: ReferenceVersion;
    /** By the names that gates use. */
    baselines: ReadonlyMap<string, ReferenceVersion>;
  },
): StoredGatePlan {
  const { newest, baselines } = versions;
  const gates = judgedGates(stage);
  const count = gates.filter(isStatistical).length;
  const confidence = confidenceOf(gates);
  return {
    gates: gates.map(gate => {
      const baseline =
        gate.baseline === undefined ? undefined : baselines.get(gate.baseline);
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
    removed: newest ? findRemoved(stage.gates, newest) : [],
  };
}
