import {
  pairCommonExamples,
  pairExamples,
  type ExampleList,
  type Mismatch,
  type Pairs,
} from '../statistics/pairing';
import { otherTargets } from './otherLabels';
import { positionsTo } from './pick';
import type { ExampleSet, Labels } from './types';

/** Which data the examples of a set are, and which task asked for them. */
export interface Origin {
  datasetDigest?: string;
  /** Of an evaluation harness. */
  taskHash?: string;
}

export interface PairedSets {
  /** Of the examples that both have, in the order of their ids. */
  pairs: Pairs;
  /** What keeps the sets from being the same examples; what is refused is decided by `pairExamples`. */
  mismatches: Mismatch[];
}

/**
 * Which examples of two sets belong together. Sets are sorted by id, so that those with the same examples have them at
 * the same places, and their ids need not be read to know that.
 */
export async function pairSets(
  [baseline, a]: [Origin, ExampleSet],
  [candidate, b]: [Origin, ExampleSet],
): Promise<PairedSets> {
  const { pairs, mismatches } = await pairById([baseline, a], [candidate, b]);
  const targets = await otherTargets(a, b, pairs);
  return { pairs, mismatches: [...mismatches, ...targets] };
}

async function pairById(
  [baseline, a]: [Origin, ExampleSet],
  [candidate, b]: [Origin, ExampleSet],
): Promise<PairedSets> {
  const [before, now] = await Promise.all([a.group(), b.group()]);
  const sameIds = a.idsDigest === b.idsDigest;
  const areSame = sameIds && sameLabels(before, now);
  const lists = [
    { ...originOf(baseline), ...(await listOf(a, before, areSame)) },
    { ...originOf(candidate), ...(await listOf(b, now, areSame)) },
  ] as const;
  const strict = pairExamples(...lists);
  if (sameIds) {
    return {
      pairs: samePlaces(a.count),
      mismatches: strict.kind === 'refused' ? strict.mismatches : [],
    };
  }
  return strict.kind === 'paired'
    ? { pairs: strict.pairs, mismatches: [] }
    : { pairs: commonPairs(...lists), mismatches: strict.mismatches };
}

function samePlaces(count: number): Pairs {
  const places = positionsTo(count);
  return { baseline: places, candidate: places };
}

function commonPairs(before: ExampleList, now: ExampleList): Pairs {
  const common = pairCommonExamples(before, now);
  return common.kind === 'paired' ? common.pairs : samePlaces(0);
}

function originOf({ datasetDigest, taskHash }: Origin) {
  return { dataDigest: datasetDigest, taskHash };
}

async function listOf(
  set: ExampleSet,
  groups: Labels | undefined,
  areSame: boolean,
) {
  return areSame
    ? { ids: [] }
    : { ids: await set.ids(), groups: groups && namesOf(groups) };
}

function namesOf({ names, codes }: Labels): string[] {
  return Array.from(codes, code => names[code] ?? '');
}

/** A side without groups says nothing about them. */
function sameLabels(a: Labels | undefined, b: Labels | undefined): boolean {
  return (
    !a ||
    !b ||
    (a.codes.length === b.codes.length &&
      a.codes.every(
        (code, i) => (a.names[code] ?? '') === (b.names[b.codes[i]] ?? ''),
      ))
  );
}
