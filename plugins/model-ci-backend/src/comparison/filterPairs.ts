import type { ExampleSort } from '@model-ci/backstage-plugin-model-ci-common';
import type { ValuesPlace } from '../examples/format';
import type { OpenedExampleSet } from '../examples/openExampleSet';
import { rowsWith } from '../examples/searchTexts';
import type { ExampleSet } from '../examples/types';
import type { ComparedSets } from './compareSets';
import type { Filter } from './types';

interface Sets {
  baseline: OpenedExampleSet;
  candidate: OpenedExampleSet;
}

/** The pairs that match a filter, in the order in which they are shown. */
export async function filterPairs(
  compared: ComparedSets,
  sets: Sets,
  { filter, sort }: { filter: Filter; sort: ExampleSort },
): Promise<Int32Array> {
  const ordered = orderOf(compared, sort);
  const tests = [
    flipTest(compared, filter.flips),
    await sliceTest(compared, sets.candidate, filter.slice),
    await textTest(compared, sets, filter.text),
  ].flatMap(test => test ?? []);
  return tests.length === 0
    ? ordered
    : ordered.filter(pair => tests.every(test => test(pair)));
}

type Test = (pair: number) => boolean;

function orderOf({ pairs, scored }: ComparedSets, sort: ExampleSort) {
  const byId = () => Int32Array.from(pairs.baseline, (_, i) => i);
  if (sort === 'id' || !scored) return byId();
  if (sort === 'regression') return scored.byChange;
  const { byChange, counts } = scored;
  const measured = byChange.length - counts.unmeasured;
  const improvements = byChange.slice(0, measured).reverse();
  const ordered = new Int32Array(byChange.length);
  ordered.set(improvements);
  ordered.set(byChange.subarray(measured), measured);
  return ordered;
}

function flipTest(
  { scored }: ComparedSets,
  flips: Filter['flips'],
): Test | undefined {
  if (!flips) return undefined;
  if (!scored) return () => false;
  const { change, binary } = scored;
  switch (flips) {
    case 'lost':
      return pair => binary && change[pair] < 0;
    case 'gained':
      return pair => binary && change[pair] > 0;
    case 'worse':
      return pair => change[pair] < 0;
    case 'better':
      return pair => change[pair] > 0;
    default:
      return pair => change[pair] !== 0;
  }
}

async function sliceTest(
  { pairs }: ComparedSets,
  candidate: ExampleSet,
  slice: Filter['slice'],
): Promise<Test | undefined> {
  if (!slice) return undefined;
  const labels = await candidate.slice(slice.name);
  const code = labels ? labels.names.indexOf(slice.value) : -1;
  return pair =>
    labels !== undefined &&
    code >= 0 &&
    labels.codes[pairs.candidate[pair]] === code;
}

/** In the id or text, in what either version answered, or in what would be right. */
async function textTest(
  { pairs }: ComparedSets,
  { baseline, candidate }: Sets,
  text: string | undefined,
): Promise<Test | undefined> {
  if (!text) return undefined;
  const { header } = candidate;
  const before = await rowsWithin(baseline, text, [
    baseline.header.prediction,
    // Shown where the candidate has none.
    header.text ? undefined : baseline.header.text,
  ]);
  const now = await rowsWithin(candidate, text, [
    header.ids,
    header.prediction,
    header.target,
    header.text,
  ]);
  return pair =>
    before.some(rows => rows[pairs.baseline[pair]] === 1) ||
    now.some(rows => rows[pairs.candidate[pair]] === 1);
}

async function rowsWithin(
  set: OpenedExampleSet,
  text: string,
  places: Array<ValuesPlace | undefined>,
): Promise<Uint8Array[]> {
  return await Promise.all(
    places.flatMap(place => (place ? [rowsWith(set, place, text)] : [])),
  );
}
