import { breathe, ROWS_AT_ONCE } from './breathe';
import { endOf, isAbsent } from './BlobReader';
import type { ValuesPlace } from './format';
import type { OpenedExampleSet } from './openExampleSet';

/** What a number can be written with: a text with anything else is in none. */
const IN_NUMBERS = /^[-+.\deafinty]*$/i;

/** The rows of a column in which a text occurs, in capitals or not. */
export async function rowsWith(
  { reader, count }: OpenedExampleSet,
  place: ValuesPlace,
  text: string,
): Promise<Uint8Array> {
  const rows = new Uint8Array(count);
  const needle = text.toLowerCase();
  if (place.kind === 'texts') {
    const ends = await reader.uint32(place.ends);
    const heap = await reader.heap(place);
    const search = { ends, heap, needle };
    if (isOnlyAsciiCased(needle)) {
      markBytes(rows, search);
    } else {
      await markTexts(rows, search);
    }
  } else if (IN_NUMBERS.test(needle)) {
    const values = await reader.float64(place.place);
    await eachRow(rows, row => {
      const value = values[row];
      return (
        !Number.isNaN(value) && String(value).toLowerCase().includes(needle)
      );
    });
  }
  return rows;
}

interface Search {
  ends: Uint32Array;
  heap: Buffer;
  needle: string;
}

/** Whether no letter beyond ASCII has another case, so that bytes can be compared. */
function isOnlyAsciiCased(needle: string): boolean {
  return [...needle].every(
    character => character < '\u0080' || character.toUpperCase() === character,
  );
}

/** All texts at once: they lie one after the other. */
function markBytes(rows: Uint8Array, { ends, heap, needle }: Search): void {
  const folded = foldCase(heap);
  const bytes = Buffer.from(needle);
  let row = 0;
  let from = 0;
  for (;;) {
    const at = folded.indexOf(bytes, from);
    if (at < 0) {
      return;
    }
    while (endOf(ends, row) <= at) {
      row += 1;
    }
    const end = endOf(ends, row);
    // It may begin in one text and end in the next.
    rows[row] |= at + bytes.length <= end ? 1 : 0;
    from = rows[row] ? end : at + 1;
  }
}

/** ASCII letters small; bytes of other characters are never taken for them. */
function foldCase(heap: Buffer): Buffer {
  const folded = Buffer.allocUnsafe(heap.length);
  for (let i = 0; i < heap.length; i += 1) {
    const byte = heap[i];
    folded[i] = byte >= 65 && byte <= 90 ? byte + 32 : byte;
  }
  return folded;
}

async function markTexts(
  rows: Uint8Array,
  { ends, heap, needle }: Search,
): Promise<void> {
  await eachRow(
    rows,
    row =>
      !isAbsent(ends, row) &&
      heap
        .toString('utf8', endOf(ends, row - 1), endOf(ends, row))
        .toLowerCase()
        .includes(needle),
  );
}

async function eachRow(
  rows: Uint8Array,
  matches: (row: number) => boolean,
): Promise<void> {
  for (let row = 0; row < rows.length; row += 1) {
    rows[row] = matches(row) ? 1 : 0;
    if (row % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) {
      await breathe();
    }
  }
}
