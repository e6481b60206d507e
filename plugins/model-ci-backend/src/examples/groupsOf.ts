import type { Groups } from '../statistics/groups';
import type { ExampleSet } from './types';

/** The groups of some rows of a set; an example without a group is one of its own. Undefined if there are none. */
export async function groupsOf(
  set: Pick<ExampleSet, 'group'>,
  rows?: Int32Array,
): Promise<Groups | undefined> {
  const labels = await set.group();
  if (!labels) {
    return undefined;
  }
  const codes = rows ? rows.map(row => labels.codes[row]) : labels.codes;
  const numbers = new Map<number, number>();
  let count = 0;
  const of = codes.map(code => {
    const known = code < 0 ? undefined : numbers.get(code);
    if (known !== undefined) {
      return known;
    }
    if (code >= 0) {
      numbers.set(code, count);
    }
    count += 1;
    return count - 1;
  });
  return { of, count };
}

/** The groups of pairs, by the candidate, or by the baseline where it alone has groups: both must not contradict. */
export async function groupsOfBoth(
  [baseline, before]: [Pick<ExampleSet, 'group'>, Int32Array?],
  [candidate, now]: [Pick<ExampleSet, 'group'>, Int32Array?],
): Promise<Groups | undefined> {
  return (await groupsOf(candidate, now)) ?? (await groupsOf(baseline, before));
}
