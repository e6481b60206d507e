import type { ExampleSet, Labels } from '../examples/types';
import { pairExamples, type Mismatch } from '../statistics/pairing';
import type { GateExamples } from './findExamples';

/**
 * Why two example sets cannot be compared; none if they have exactly the same examples. Sets are sorted by id, so that
 * those with the same examples have them at the same places. What is refused is decided by `pairExamples`.
 */
export async function pairSets(
  baseline: GateExamples,
  candidate: GateExamples,
): Promise<Mismatch[]> {
  const [before, now] = await Promise.all([
    baseline.set.group(),
    candidate.set.group(),
  ]);
  const isSame =
    baseline.set.idsDigest === candidate.set.idsDigest &&
    sameLabels(before, now);
  const pairing = pairExamples(
    { ...originOf(baseline), ...(await listOf(baseline.set, before, isSame)) },
    { ...originOf(candidate), ...(await listOf(candidate.set, now, isSame)) },
  );
  return pairing.kind === 'refused' ? pairing.mismatches : [];
}

function originOf({ source }: GateExamples) {
  return { dataDigest: source.datasetDigest, taskHash: source.taskHash };
}

/** The ids need not be read again to know that equal ones are equal. */
async function listOf(
  set: ExampleSet,
  groups: Labels | undefined,
  isSame: boolean,
) {
  return isSame
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
