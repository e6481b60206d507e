import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import type {
  CollectedArtifact,
  CollectedExampleSet,
} from '../database/operations/results/types';
import type { StoredGatePlan } from '../gates/gatePlan';
import { haveSameInputs, type StageInputs } from '../gates/stageInputs';
import { haveSameSource } from './sameSource';

/**
 * The runs of baselines whose stage predicted the same examples the same way from the same inputs. Sources are read only
 * where all else is the same.
 */
export async function findSameInputs(
  options: {
    store: ArtifactStore;
    gatePlan?: StoredGatePlan;
    /** What the stage was given, without what it has made. */
    findInputs?: () => Promise<StageInputs | undefined>;
  },
  left: { artifacts: CollectedArtifact[]; exampleSets: CollectedExampleSet[] },
): Promise<string[]> {
  const { store, gatePlan, findInputs } = options;
  const predicted = new Set(left.exampleSets.map(({ digest }) => digest));
  const baselines = new Map(
    (gatePlan?.gates ?? []).flatMap(({ baseline }) =>
      baseline?.runId !== undefined &&
      baseline.inputs &&
      baseline.examples.some(({ digest }) => predicted.has(digest))
        ? [[baseline.runId, baseline.inputs] as const]
        : [],
    ),
  );
  const given = baselines.size > 0 ? await findInputs?.() : undefined;
  if (!given) {
    return [];
  }
  const made = left.artifacts.map(({ digest }) => digest).sort();
  const same: string[] = [];
  for (const [runId, inputs] of baselines) {
    if (
      haveSameInputs({ ...given, made }, inputs) &&
      (await haveSameSource(store, [inputs.source, given.source]))
    ) {
      same.push(runId);
    }
  }
  return same;
}
