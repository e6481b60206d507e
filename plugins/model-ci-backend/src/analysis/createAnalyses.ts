import { ComparisonCache } from '../comparison/ComparisonCache';
import type { RangeStore } from '../examples/BlobReader';
import { keepColumns } from '../examples/keepColumns';
import { measureSlices } from '../examples/measureSlices';
import { openExampleSet } from '../examples/openExampleSet';
import { judgeStage } from '../gates/judgeStage';
import type { OpenSet } from '../gates/findExamples';
import { compareEnvironments } from '../parity/compareEnvironments';
import { openPredicted } from '../parity/openPredicted';
import type { Analyses } from './types';

/** Makes them where it is called: in a thread, or here where there are few examples. */
export function createAnalyses(store: RangeStore): Analyses {
  const cache = new ComparisonCache(store);
  return {
    judge: evidence => judgeStage(evidence, openOnce(store)),
    measureSlices: async ({ digest, wanted }) =>
      await measureSlices(await openExampleSet(store, digest), wanted),
    compareEnvironments: ({ executions, reference }) =>
      compareEnvironments(
        executions.map(source => openPredicted(store, source)),
        reference,
      ),
    page: request => cache.page(request),
    difference: request => cache.difference(request),
    ledger: request => cache.ledger(request),
  };
}

/** For one judgement, in which several gates read the same columns of the same sets. */
function openOnce(store: RangeStore): OpenSet {
  const opened = new Map<string, ReturnType<OpenSet>>();
  return async digest => {
    const known =
      opened.get(digest) ?? openExampleSet(store, digest).then(keepColumns);
    opened.set(digest, known);
    return await known;
  };
}
