import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import type { StageInstance } from '@model-ci/backstage-plugin-model-ci-common';
import { openExampleSet } from '../examples/openExampleSet';
import type { Predicted, PredictedSet } from './types';

/** What an instance predicted; undefined where it left no predictions. */
export async function readPredicted(
  store: Pick<ArtifactStore, 'open'>,
  { key: instance, environment = '' }: StageInstance,
  sets: PredictedSet[],
): Promise<Predicted | undefined> {
  const own = sets.find(
    set => set.instance === instance && set.task === undefined,
  );
  if (!own) {
    return undefined;
  }
  const { idsDigest, digest } = own;
  const open = async () => await openExampleSet(store, digest);
  return {
    instance,
    environment,
    idsDigest,
    ids: async () => await (await open()).ids(),
    prediction: async () => await (await open()).prediction(),
  };
}
