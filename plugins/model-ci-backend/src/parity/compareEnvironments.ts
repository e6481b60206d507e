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

/**
 * Compares what a stage predicted in several environments, each with each: the first execution of each, beside the largest
 * difference between the repetitions in one. Ids pair the predictions; other ids are refused.
 */
export async function compareEnvironments(
  executions: Predicted[],
  reference: string,
): Promise<Compared> {
  const firsts = firstsOf(executions);
  const base = firsts.find(({ environment }) => environment === reference);
  if (!base) {
    throw new Error(`Nothing was predicted in the reference ${reference}`);
  }
  const refused = await findRefusal(base, executions);
  if (refused) {
    return { type: 'refused', reason: refused };
  }
  const values = new Map<Predicted, Values>();
  for (const first of firsts) {
    values.set(first, await first.prediction());
  }
  const kind = values.get(base)?.type;
  const other = firsts.find(first => values.get(first)?.type !== kind);
  if (other) {
    const names = { instance: other.instance, reference: base.instance };
    return { type: 'refused', reason: reason('parity.otherKinds', names) };
  }
  return {
    type: 'compared',
    result: {
      reference,
      environments: await listFloors(executions, firsts, values),
      pairs: await comparePairs(firsts, values),
      differing: await listDiffering(base, firsts, values),
    },
  };
}

function firstsOf(executions: Predicted[]): Predicted[] {
  const firsts = new Map<string, Predicted>();
  for (const execution of executions) {
    if (!firsts.has(execution.environment)) {
      firsts.set(execution.environment, execution);
    }
  }
  return [...firsts.values()];
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
async function listFloors(
  executions: Predicted[],
  firsts: Predicted[],
  values: ReadonlyMap<Predicted, Values>,
): Promise<ParityResult['environments']> {
  const environments: ParityResult['environments'] = [];
  for (const first of firsts) {
    const { environment: name } = first;
    const repeats: Values[] = [];
    for (const execution of executions) {
      if (execution.environment === name) {
        repeats.push(values.get(execution) ?? (await execution.prediction()));
      }
    }
    const figures: ParityFigures[] = [];
    for (const [a, b] of pairsOf(repeats)) {
      figures.push(compareValues(a, b) ?? NOTHING_ALIKE);
      await breathe();
    }
    const floor = largest(figures);
    environments.push({ name, ...(floor && { floor }) });
  }
  return environments;
}

async function comparePairs(
  firsts: Predicted[],
  values: ReadonlyMap<Predicted, Values>,
): Promise<ParityResult['pairs']> {
  const pairs: ParityResult['pairs'] = [];
  for (const [a, b] of pairsOf(firsts)) {
    const [x, y] = [values.get(a), values.get(b)];
    const figures = x && y && compareValues(x, y);
    if (figures) {
      pairs.push({ a: a.environment, b: b.environment, figures });
    }
    await breathe();
  }
  return pairs;
}

function pairsOf<T>(items: T[]): Array<[T, T]> {
  return items.flatMap((a, i) => items.slice(i + 1).map((b): [T, T] => [a, b]));
}

async function listDiffering(
  base: Predicted,
  firsts: Predicted[],
  values: ReadonlyMap<Predicted, Values>,
): Promise<ParityResult['differing']> {
  const reference = values.get(base);
  const differing: ParityResult['differing'] = [];
  let ids: string[] | undefined;
  for (const first of firsts) {
    const own = values.get(first);
    if (first === base || !own || !reference) {
      continue;
    }
    for (const at of mostDiffering(reference, own)) {
      ids ??= await base.ids();
      differing.push(
        describeDiffering(
          first.environment,
          ids[at],
          reference.values[at],
          own.values[at],
        ),
      );
    }
    await breathe();
  }
  return differing;
}
