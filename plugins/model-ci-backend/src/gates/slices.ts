import type { ExampleSet } from '../examples/types';

/** More are no slices but names of examples. Not configurable: each makes the other gates of its stage stricter. */
export const MAX_SLICES = 200;

/** The rows of each value of a slice, by `name=value`, in the order of the values. */
export async function slicesOf(
  set: ExampleSet,
  name: string,
): Promise<Map<string, Int32Array>> {
  const labels = await set.slice(name);
  const rows = new Map<string, Int32Array>();
  if (!labels || labels.names.length > MAX_SLICES) {
    return rows;
  }
  const { names, codes } = labels;
  const order = names.map((_, code) => code).sort(byName);
  for (const code of order) {
    const own: number[] = [];
    codes.forEach((other, row) => {
      if (other === code) {
        own.push(row);
      }
    });
    rows.set(`${name}=${names[code]}`, Int32Array.from(own));
  }
  return rows;

  function byName(a: number, b: number) {
    return names[a] < names[b] ? -1 : 1;
  }
}
