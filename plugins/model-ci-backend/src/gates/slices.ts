import type { Labels } from '../examples/types';

/** More are no slices but names of examples. Not configurable: each makes the other gates of its stage stricter. */
export const MAX_SLICES = 200;

/** The rows of each value of a slice, by `name=value`. */
export function rowsOfSlices(
  name: string,
  { names, codes }: Labels,
): Map<string, Int32Array> {
  const rows = names.map((): number[] => []);
  codes.forEach((code, row) => {
    if (code >= 0) {
      rows[code].push(row);
    }
  });
  return new Map(
    names.map((value, code) => [
      `${name}=${value}`,
      Int32Array.from(rows[code]),
    ]),
  );
}
