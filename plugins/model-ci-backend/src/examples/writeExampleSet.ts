import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import { breathe } from './breathe';
import { columnsOf, ExampleColumns } from './ExampleColumns';
import { dataStart, MAGIC, PREAMBLE_BYTES, type Header } from './format';
import { Layout } from './Layout';
import { sortedPositions } from './sortedPositions';
import type { ExampleRow } from './types';

export interface WrittenExampleSet {
  digest: string;
  size: number;
  count: number;
  idsDigest: string;
}

/** Stores examples as a set, sorted by id. Ids are unique, and the number of examples is bounded (`ExampleColumns`). */
export async function writeExampleSet(
  examples: ExampleColumns | Iterable<ExampleRow>,
  store: Pick<ArtifactStore, 'write'>,
): Promise<WrittenExampleSet> {
  const columns =
    examples instanceof ExampleColumns ? examples : columnsOf(examples);
  const layout = new Layout(await sortedPositions(columns.ids));
  const header = await layOut(columns, layout);
  const { digest, size } = await store.write(
    Readable.from(fileOf(header, layout), { objectMode: false }),
  );
  return { digest, size, count: header.count, idsDigest: header.idsDigest };
}

async function layOut(
  columns: ExampleColumns,
  layout: Layout,
): Promise<Header> {
  const ids = await layout.texts(row => Buffer.from(columns.ids[row]));
  const header: Header = {
    count: columns.count,
    idsDigest: await digestOf(layout.bytes()),
    ids,
    prediction: await layout.values(columns.prediction),
    scores: [],
    slices: [],
  };
  if (columns.target.count > 0) {
    header.target = await layout.values(columns.target);
  }
  for (const [name, numbers] of columns.scores) {
    header.scores.push({ name, column: await layout.numbers(numbers) });
  }
  if (columns.group.names.size > 0) {
    header.group = await layout.labels(columns.group);
  }
  for (const [name, labels] of columns.slices) {
    header.slices.push({ name, column: await layout.labels(labels) });
  }
  if (columns.text.count > 0) {
    header.text = await layout.texts(row => columns.text.at(row));
  }
  return header;
}

/** Of what is placed so far: the ids. */
async function digestOf(bytes: Iterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for (const chunk of bytes) {
    hash.update(chunk);
    await breathe();
  }
  return `sha256:${hash.digest('hex')}`;
}

function* fileOf(header: Header, layout: Layout): Iterable<Buffer> {
  const text = Buffer.from(JSON.stringify(header));
  const preamble = Buffer.alloc(PREAMBLE_BYTES);
  MAGIC.copy(preamble);
  preamble.writeUInt32LE(text.length, MAGIC.length);
  const padding = dataStart(text.length) - PREAMBLE_BYTES - text.length;
  yield Buffer.concat([preamble, text, Buffer.alloc(padding)]);
  yield* layout.bytes();
}
