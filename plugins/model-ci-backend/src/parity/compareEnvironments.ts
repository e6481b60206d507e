import { setImmediate as breathe } from 'node:timers/promises';
import {
  reason,
  type ParityFigures,
  type ParityResult,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Values } from '../examples/types';
import { pairExamples } from '../statistics/pairing';
import { describeDiffering, mostDiffering } from './differing';
import { compareValues, largest } from './figures';
import type { Compared, Predicted } from './types';

/** Repetitions that do not even agree on what they predict. */
const NOTHING_ALIKE: ParityFigures = { compared: 0, unmatched: 0, changed: 1 };

/** What was predicted in one environment. */
interface Place {
  name: string;
  /** Without those that are known to equal an earlier one. */
  different: Predicted[];
  isRepeated: boolean;
}

/** Two environments, and the executions in them that lie farthest apart. */
interface Pair {
  a: Place;
  b: Place;
  figures: ParityFigures;
  farthest: { a: Predicted; b: Predicted };
}

/**
 * Compares what a stage predicted in several environments, each with each: the largest difference between any two of their
 * executions, beside the largest one between the repetitions in one. Ids pair the predictions; other ids are refused.
 */
export async function compareEnvironments(
  executions: Predicted[],
  reference: string,
): Promise<Compared> {
  const places = placesOf(executions);
  const base = places.find(({ name }) => name === reference)?.different[0];
  if (!base) {
    throw new Error(`Nothing was predicted in the reference ${reference}`);
  }
  const refused =
    (await findRefusal(base, executions)) ??
    (await findOtherKind(base, places));
  if (refused) {
    return { type: 'refused', reason: refused };
  }
  const environments: ParityResult['environments'] = [];
  const pairs: Pair[] = [];
  for (const [index, place] of places.entries()) {
    const own = await readAll(place);
    const floor = await floorOf(place, own);
    environments.push({ name: place.name, ...(floor && { floor }) });
    for (const other of places.slice(index + 1)) {
      pairs.push(await comparePlaces(place, own, other));
    }
  }
  return {
    type: 'compared',
    result: {
      reference,
      environments,
      pairs: pairs.map(({ a, b, figures }) => ({
        a: a.name,
        b: b.name,
        figures,
      })),
      differing: await listDiffering(reference, pairs),
    },
  };
}

function placesOf(executions: Predicted[]): Place[] {
  const places = new Map<string, Place>();
  for (const execution of executions) {
    const { environment: name, digest } = execution;
    const place = places.get(name);
    if (!place) {
      places.set(name, { name, different: [execution], isRepeated: false });
      continue;
    }
    place.isRepeated = true;
    if (
      digest === undefined ||
      !place.different.some(known => known.digest === digest)
    ) {
      place.different.push(execution);
    }
  }
  return [...places.values()];
}

async function findOtherKind(
  base: Predicted,
  places: Place[],
): Promise<Reason | undefined> {
  const { type } = await base.prediction();
  for (const { different } of places) {
    const [first] = different;
    if ((await first.prediction()).type !== type) {
      const names = { instance: first.instance, reference: base.instance };
      return reason('parity.otherKinds', names);
    }
  }
  return undefined;
}

async function findRefusal(
  base: Predicted,
  executions: Predicted[],
): Promise<Reason | undefined> {
  const other = executions.find(
    ({ idsDigest }) => idsDigest !== base.idsDigest,
  );
  if (!other) {
    return undefined;
  }
  const pairing = pairExamples(
    { ids: await base.ids() },
    { ids: await other.ids() },
  );
  const mismatches = pairing.kind === 'refused' ? pairing.mismatches : [];
  const listed = mismatches.flatMap(mismatch =>
    'ids' in mismatch ? [mismatch] : [],
  );
  const count = (code: string) =>
    listed.find(mismatch => mismatch.reason === code)?.count ?? 0;
  return reason('parity.otherExamples', {
    instance: other.instance,
    reference: base.instance,
    missing: count('missing-ids'),
    extra: count('extra-ids'),
    ids: listed.flatMap(({ ids }) => ids).slice(0, 5),
  });
}

/** One environment's repetitions are in memory at a time. */
async function readAll({ different }: Place): Promise<Values[]> {
  const values: Values[] = [];
  for (const execution of different) {
    values.push(await execution.prediction());
  }
  return values;
}

async function floorOf(
  { isRepeated }: Place,
  own: Values[],
): Promise<ParityFigures | undefined> {
  if (!isRepeated) {
    return undefined;
  }
  const pairs: Array<[Values, Values]> =
    own.length === 1 ? [[own[0], own[0]]] : pairsOf(own);
  const figures: ParityFigures[] = [];
  for (const [a, b] of pairs) {
    figures.push(compareValues(a, b) ?? NOTHING_ALIKE);
    await breathe();
  }
  return largest(figures);
}

/** `own` is what was predicted in `a`; that of `b` is read one by one. */
async function comparePlaces(a: Place, own: Values[], b: Place): Promise<Pair> {
  const found: Array<Pick<Pair, 'figures' | 'farthest'>> = [];
  for (const other of b.different) {
    const values = await other.prediction();
    for (const [index, mine] of own.entries()) {
      const figures = compareValues(mine, values) ?? NOTHING_ALIKE;
      found.push({ figures, farthest: { a: a.different[index], b: other } });
      await breathe();
    }
  }
  const [first, ...others] = found;
  const { farthest } = others.reduce(
    (one, other) => (distance(other) > distance(one) ? other : one),
    first,
  );
  const figures = largest(found.map(pair => pair.figures)) ?? NOTHING_ALIKE;
  return { a, b, figures, farthest };
}

/** Labels have no d, and what is no number on one side alone lies farther than any. */
function distance({ figures }: Pick<Pair, 'figures'>): number {
  const { unmatched, d, changed = 0 } = figures;
  return unmatched > 0 ? Infinity : d ?? changed;
}

function pairsOf<T>(items: T[]): Array<[T, T]> {
  return items.flatMap((a, i) => items.slice(i + 1).map((b): [T, T] => [a, b]));
}

/** Of the executions that lie farthest from the reference. */
async function listDiffering(
  reference: string,
  pairs: Pair[],
): Promise<ParityResult['differing']> {
  const differing: ParityResult['differing'] = [];
  for (const { a, b, farthest } of pairs) {
    if (![a.name, b.name].includes(reference)) {
      continue;
    }
    const [base, other] =
      a.name === reference
        ? [farthest.a, farthest.b]
        : [farthest.b, farthest.a];
    const [expected, own] = [await base.prediction(), await other.prediction()];
    const positions = mostDiffering(expected, own);
    const rows = await base.rows(positions);
    differing.push(
      ...positions.map((at, i) =>
        describeDiffering(
          other.environment,
          rows[i],
          expected.values[at],
          own.values[at],
        ),
      ),
    );
    await breathe();
  }
  return differing;
}
