import type { ExampleSet } from '../examples/types';
import type { Groups } from '../statistics/groups';

/** An example without a group is one of its own. */
export async function groupsOf(
  set: ExampleSet,
  rows: Int32Array,
): Promise<Groups | undefined> {
  const labels = await set.group();
  if (!labels) return undefined;
  const numbers = new Map<number, number>();
  let count = 0;
  const of = rows.map(row => {
    const code = labels.codes[row];
    const known = code < 0 ? undefined : numbers.get(code);
    if (known !== undefined) return known;
    if (code >= 0) numbers.set(code, count);
    count += 1;
    return count - 1;
  });
  return { of, count };
}
