import { listIds, type Mismatch, type Pairs } from '../statistics/pairing';
import type { ExampleSet, Labels, Values } from './types';

/** Pairs whose targets differ: a version must not be compared by answers of its own. A side without a target says nothing. */
export async function otherTargets(
  a: ExampleSet,
  b: ExampleSet,
  pairs: Pairs,
): Promise<Mismatch[]> {
  const [before, now] = await Promise.all([a.target(), b.target()]);
  if (!before || !now) {
    return [];
  }
  const places = Array.from(pairs.baseline).filter((place, k) => {
    const other = targetAt(now, pairs.candidate[k]);
    const target = targetAt(before, place);
    return target !== undefined && other !== undefined && target !== other;
  });
  return await mismatchOf('other-targets', a, places);
}

/** As a text, since a label may be written as a number or as a text. */
function targetAt({ values }: Values, place: number): string | undefined {
  const target = values[place];
  return target === '' || Number.isNaN(target) ? undefined : String(target);
}

/** Examples of two sets with the same ids that are labelled with other values of a slice. */
export async function otherSlices(
  a: ExampleSet,
  b: ExampleSet,
  name: string,
): Promise<Mismatch[]> {
  const [before, now] = await Promise.all([a.slice(name), b.slice(name)]);
  if (!before || !now) {
    return [];
  }
  const places: number[] = [];
  before.codes.forEach((_, place) => {
    if (labelAt(before, place) !== labelAt(now, place)) {
      places.push(place);
    }
  });
  return await mismatchOf('other-slices', a, places);
}

function labelAt({ names, codes }: Labels, place: number): string {
  return names[codes[place]] ?? '';
}

async function mismatchOf(
  reason: 'other-targets' | 'other-slices',
  set: ExampleSet,
  places: number[],
): Promise<Mismatch[]> {
  if (places.length === 0) {
    return [];
  }
  const ids = await set.ids();
  return listIds(
    reason,
    places.map(place => ids[place]),
  );
}
