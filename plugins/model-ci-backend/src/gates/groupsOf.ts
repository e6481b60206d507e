import type { ExampleSet } from '../examples/types';
import type { Groups } from '../statistics/groups';

/** The groups of some rows of a set; an example without a group is one of its own. Undefined if there are none. */
export async function groupsOf(
  set: ExampleSet,
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
