import { endOf, isAbsent, type BlobReader } from './BlobReader';
import type { LabelsPlace, TextsPlace, ValuesPlace } from './format';
import type { OpenedExampleSet } from './openExampleSet';
import type { ExampleRow } from './types';

/** Texts whose bytes lie this near to each other are read at once. */
const NEAR_BYTES = 64 * 1024;
/** Texts of a column that are kept whole, so that the next rows are there already. */
const KEPT_BYTES = 16 * 1024 * 1024;

/** Some rows of a set, in the order of the positions. Of texts it reads only those that are asked for. */
export async function exampleRows(
  { header, reader }: OpenedExampleSet,
  positions: readonly number[],
): Promise<ExampleRow[]> {
  const { target, group, text } = header;
  const ids = await textsAt(reader, header.ids, positions);
  const prediction = await valuesAt(reader, header.prediction, positions);
  const targets = target && (await valuesAt(reader, target, positions));
  const shown = text && (await textsAt(reader, text, positions));
  const groups = group && (await labelsAt(reader, group, positions));
  const scores = await Promise.all(
    header.scores.map(async ({ name, column }) => {
      const values = await reader.float64(column.place);
      return { name, values: positions.map(at => values[at]) };
    }),
  );
  const slices = await Promise.all(
    header.slices.map(async ({ name, column }) => ({
      name,
      values: await labelsAt(reader, column, positions),
    })),
  );
  return positions.map((_, i) => ({
    id: ids[i] ?? '',
    text: shown?.[i],
    prediction: prediction[i],
    target: targets?.[i],
    scores: named(scores, i),
    group: groups?.[i],
    slices: named(slices, i),
  }));
}

/** `fromEntries` defines properties: no name can reach a prototype. */
function named<T>(
  columns: Array<{ name: string; values: Array<T | undefined> }>,
  row: number,
): Record<string, T> {
  return Object.fromEntries(
    columns.flatMap(({ name, values }) => {
      const value = values[row];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

async function valuesAt(
  reader: BlobReader,
  place: ValuesPlace,
  positions: readonly number[],
): Promise<Array<number | string | undefined>> {
  if (place.kind === 'texts') {
    return await textsAt(reader, place, positions);
  }
  const values = await reader.float64(place.place);
  return positions.map(at =>
    Number.isNaN(values[at]) ? undefined : values[at],
  );
}

async function labelsAt(
  reader: BlobReader,
  { names, codes }: LabelsPlace,
  positions: readonly number[],
): Promise<Array<string | undefined>> {
  const all = await reader.int32(codes);
  const wanted = positions.map(at => all[at]);
  const texts = await textsAt(
    reader,
    names,
    wanted.map(code => Math.max(code, 0)),
  );
  return wanted.map((code, i) => (code < 0 ? undefined : texts[i]));
}

interface Span {
  start: number;
  end: number;
  rows: Array<{ index: number; start: number; end: number }>;
}

async function textsAt(
  reader: BlobReader,
  place: TextsPlace,
  positions: readonly number[],
): Promise<Array<string | undefined>> {
  const ends = await reader.uint32(place.ends);
  if (reader.keeps && place.heap.size <= KEPT_BYTES) {
    const heap = await reader.heap(place);
    return positions.map(at =>
      isAbsent(ends, at)
        ? undefined
        : heap.toString('utf8', endOf(ends, at - 1), endOf(ends, at)),
    );
  }
  const texts = new Array<string | undefined>(positions.length);
  await Promise.all(
    spansOf(ends, positions).map(async span => {
      const bytes = await reader.bytes({
        start: place.heap.start + span.start,
        size: span.end - span.start,
      });
      for (const { index, start, end } of span.rows) {
        texts[index] = bytes.toString(
          'utf8',
          start - span.start,
          end - span.start,
        );
      }
    }),
  );
  return texts;
}

/** Joins texts that lie near to each other in the heap. */
function spansOf(ends: Uint32Array, positions: readonly number[]): Span[] {
  const rows = positions
    .map((at, index) => ({ at, index }))
    .filter(({ at }) => !isAbsent(ends, at))
    .sort((a, b) => a.at - b.at)
    .map(({ at, index }) => ({
      index,
      start: endOf(ends, at - 1),
      end: endOf(ends, at),
    }));
  const spans: Span[] = [];
  for (const row of rows) {
    const last = spans.at(-1);
    if (last && row.start - last.end <= NEAR_BYTES) {
      last.end = Math.max(last.end, row.end);
      last.rows.push(row);
    } else {
      spans.push({ start: row.start, end: row.end, rows: [row] });
    }
  }
  return spans;
}
