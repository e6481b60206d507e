import type { ExampleSet, Labels } from '../examples/types';
import {
  pairCommonExamples,
  pairExamples,
  type ExampleList,
  type Mismatch,
  type Pairs,
} from '../statistics/pairing';
import type { Side } from './types';

export interface PairedSets {
  /** Of the examples that both have, in the order of their ids. */
  pairs: Pairs;
  mismatches: Mismatch[];
}

/** Which examples of two sets belong together, and what keeps the sets from being the same examples. */
export async function pairSets(
  [baseline, a]: [Side, ExampleSet],
  [candidate, b]: [Side, ExampleSet],
): Promise<PairedSets> {
  const same = a.idsDigest === b.idsDigest;
  // Sets are sorted by id: equal ids need not be read to know who belongs to whom.
  const [idsOfA, idsOfB] = same ? [[], []] : [await a.ids(), await b.ids()];
  const before = await listOf(baseline, a, idsOfA);
  const now = await listOf(candidate, b, idsOfB);
  const strict = pairExamples(before, now);
  if (same) {
    const places = Int32Array.from({ length: a.count }, (_, i) => i);
    return {
      pairs: { baseline: places, candidate: places },
      mismatches: strict.kind === 'refused' ? strict.mismatches : [],
    };
  }
  if (strict.kind === 'paired') return { pairs: strict.pairs, mismatches: [] };
  const common = pairCommonExamples(before, now);
  return {
    pairs:
      common.kind === 'paired'
        ? common.pairs
        : { baseline: new Int32Array(0), candidate: new Int32Array(0) },
    mismatches: strict.mismatches,
  };
}

async function listOf(
  side: Side,
  set: ExampleSet,
  ids: string[],
): Promise<ExampleList> {
  const groups = ids.length > 0 ? await set.group() : undefined;
  return {
    ids,
    groups: groups && namesOf(groups),
    dataDigest: side.datasetDigest,
    taskHash: side.taskHash,
  };
}

function namesOf({ names, codes }: Labels): string[] {
  return Array.from(codes, code => names[code] ?? '');
}
