import { BlobReader, readRange, type RangeStore } from './BlobReader';
import {
  dataStart,
  headerSchema,
  MAGIC,
  MAX_HEADER_BYTES,
  PREAMBLE_BYTES,
  type Header,
  type LabelsPlace,
  type ValuesPlace,
} from './format';
import type { KeepColumn } from './keptColumns';
import { SCORE, type ExampleSet, type Labels, type Values } from './types';

/** Most headers are shorter, so that one read is enough. */
const FIRST_READ_BYTES = 16 * 1024;

/** What `exampleRows` needs as well. */
export interface OpenedExampleSet extends ExampleSet {
  header: Header;
  reader: BlobReader;
}

/** Opens a set that `writeExampleSet` stored. Reads its header; with `keep`, columns are read once. */
export async function openExampleSet(
  store: RangeStore,
  digest: string,
  keep?: KeepColumn,
): Promise<OpenedExampleSet> {
  const { header, origin } = await readHeader(store, digest);
  const reader = new BlobReader(store, digest, origin, keep);
  const { target, group } = header;
  return {
    header,
    reader,
    count: header.count,
    idsDigest: header.idsDigest,
    scoreNames: header.scores.map(({ name }) => name),
    slices: header.slices.map(({ name }) => name),
    hasTarget: target !== undefined,
    hasGroup: group !== undefined,
    ids: () => reader.texts(header.ids),
    prediction: () => readValues(reader, header.prediction),
    target: async () => target && (await readValues(reader, target)),
    score: async (name = SCORE) => {
      const found = header.scores.find(score => score.name === name);
      return found && (await reader.float64(found.column.place));
    },
    group: async () => group && (await readLabels(reader, group)),
    slice: async name => {
      const found = header.slices.find(slice => slice.name === name);
      return found && (await readLabels(reader, found.column));
    },
  };
}

async function readHeader(store: RangeStore, digest: string) {
  let head = await readRange(store, digest, 0, FIRST_READ_BYTES);
  const length =
    head.length < PREAMBLE_BYTES ? -1 : head.readUInt32LE(MAGIC.length);
  if (
    !head.subarray(0, MAGIC.length).equals(MAGIC) ||
    length < 0 ||
    length > MAX_HEADER_BYTES
  ) {
    throw new Error(`The blob ${digest} is no example set`);
  }
  const end = PREAMBLE_BYTES + length;
  if (end > head.length) {
    head = await readRange(store, digest, 0, end);
  }
  const text = head.toString('utf8', PREAMBLE_BYTES, end);
  return {
    header: headerSchema.parse(JSON.parse(text)),
    origin: dataStart(length),
  };
}

async function readValues(
  reader: BlobReader,
  place: ValuesPlace,
): Promise<Values> {
  const { missing } = place;
  return place.kind === 'numbers'
    ? { type: 'number', values: await reader.float64(place.place), missing }
    : { type: 'text', values: await reader.texts(place), missing };
}

async function readLabels(
  reader: BlobReader,
  { names, codes }: LabelsPlace,
): Promise<Labels> {
  return {
    names: await reader.texts(names),
    codes: await reader.int32(codes),
  };
}
