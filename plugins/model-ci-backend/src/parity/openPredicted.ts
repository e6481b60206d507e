import type { RangeStore } from '../examples/BlobReader';
import { exampleRows } from '../examples/exampleRows';
import { openExampleSet } from '../examples/openExampleSet';
import type { Predicted, PredictedSource } from './types';

/** Reads what an execution predicted when it is asked for. */
export function openPredicted(
  store: RangeStore,
  { digest, instance, environment, idsDigest }: PredictedSource,
): Predicted {
  const open = async () => await openExampleSet(store, digest);
  return {
    instance,
    environment,
    idsDigest,
    digest,
    ids: async () => await (await open()).ids(),
    rows: async positions =>
      positions.length > 0 ? await exampleRows(await open(), positions) : [],
    prediction: async () => await (await open()).prediction(),
  };
}
