import { breathe, ROWS_AT_ONCE, SORTED_AT_ONCE } from './breathe';
import { positionsTo } from './pick';

/** The positions of texts in the order of their code units. Sorts in pieces, so that nothing else has to wait for it. */
export async function sortedPositions(
  texts: readonly string[],
): Promise<Int32Array> {
  const isBefore = (a: number, b: number) => texts[a] <= texts[b];
  let sorted = positionsTo(texts.length);
  for (let start = 0; start < sorted.length; start += SORTED_AT_ONCE) {
    sorted
      .subarray(start, start + SORTED_AT_ONCE)
      .sort((a, b) => (isBefore(a, b) ? -1 : 1));
    await breathe();
  }
  for (let width = SORTED_AT_ONCE; width < sorted.length; width *= 2) {
    sorted = await mergePairs(sorted, width, isBefore);
  }
  return sorted;
}

/** Merges neighbours that are sorted already, each of `width` elements. */
async function mergePairs(
  from: Int32Array,
  width: number,
  isBefore: (a: number, b: number) => boolean,
): Promise<Int32Array> {
  const merged = new Int32Array(from.length);
  for (let start = 0; start < from.length; start += 2 * width) {
    const middle = Math.min(start + width, from.length);
    const end = Math.min(start + 2 * width, from.length);
    let left = start;
    let right = middle;
    for (let at = start; at < end; at += 1) {
      const takesLeft =
        left < middle && (right >= end || isBefore(from[left], from[right]));
      merged[at] = takesLeft ? from[left++] : from[right++];
      if (at % ROWS_AT_ONCE === 0) {
        await breathe();
      }
    }
  }
  return merged;
}
