import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import {
  addEntry,
  archiveEntries,
  archiveOf,
  decodeName,
  printableName,
  type EntryHeader,
} from '@model-ci/backstage-plugin-model-ci-node';
import { MemoryArtifactStore } from '../engine/testing/MemoryArtifactStore';
import { folderOfArchive } from './folderOfArchive';
import { storeSourceTree } from './storeSourceTree';

const NOT_UTF8 = decodeName(Buffer.from('caf\xe9.csv', 'latin1'));

/** As hosts pack a repository: in a folder of their own, a comment with the commit in front. */
async function archive(...entries: EntryHeader[]): Promise<Buffer> {
  const content = archiveOf(async output => {
    await addEntry(output, { name: 'acme-house-0123456/', type: 'directory' });
    for (const entry of entries) {
      const isFile = (entry.type ?? 'file') === 'file';
      await addEntry(
        output,
        {
          ...entry,
          name: `acme-house-0123456/${entry.name}`,
          ...(isFile && { size: 1 }),
        },
        isFile ? Readable.from([Buffer.from('x')]) : undefined,
      );
    }
  });
  return Buffer.concat([globalComment(), await buffer(content)]);
}

/** The entry with the commit that `git archive` begins with. */
function globalComment(): Buffer {
  const record = '52 comment=0123456789abcdef0123456789abcdef01234567\n';
  const block = Buffer.alloc(1024);
  block.write('pax_global_header');
  block.write('0000666\0', 100);
  block.write('00000000064\0', 124);
  block.write('        g', 148);
  block.write('ustar\x0000', 257);
  const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  block.write(record, 512);
  return block;
}

const inPieces = (bytes: Buffer, size = 100) =>
  Readable.from(
    Array.from(
      { length: Math.ceil(bytes.length / size) },
      // As the streams of the web give them.
      (_, piece) =>
        new Uint8Array(bytes.subarray(piece * size, (piece + 1) * size)),
    ),
  );

async function namesOf(tree: Readable): Promise<string[]> {
  const names = [];
  for await (const { header } of archiveEntries(tree)) {
    names.push(printableName(header.name));
  }
  return names;
}

const store = async (tree: Readable) =>
  storeSourceTree(tree, {
    store: new MemoryArtifactStore(),
    limits: { maxBytes: 1000, maxEntries: 10 },
  });

describe('folderOfArchive', () => {
  const house: EntryHeader[] = [
    { name: 'README.md' },
    { name: 'models/', type: 'directory' },
    { name: 'models/a/', type: 'directory' },
    { name: 'models/a/train.py' },
    { name: `models/a/${NOT_UTF8}` },
    { name: 'models/ab/train.py' },
  ];

  it.each([
    ['compressed', (bytes: Buffer) => gzipSync(bytes)],
    ['plain', (bytes: Buffer) => bytes],
  ])('reads one folder of an archive that is %s', async (_, encode) => {
    const bytes = encode(await archive(...house));
    expect(await namesOf(folderOfArchive(inPieces(bytes), ''))).toEqual([
      'README.md',
      'models/',
      'models/a/',
      'models/a/train.py',
      'models/a/caf\\xe9.csv',
      'models/ab/train.py',
    ]);
    expect(
      await namesOf(folderOfArchive(inPieces(bytes, 1), 'models/a')),
    ).toEqual(['train.py', 'caf\\xe9.csv']);
    expect(await namesOf(folderOfArchive(inPieces(bytes), 'other'))).toEqual(
      [],
    );
  });

  it.each([
    ['out of the repository', '../../../etc/passwd', ''],
    ['to an absolute path', '/etc/passwd', ''],
    ['out of the folder, into the repository', '../../README.md', 'models/a'],
  ])(
    'leaves a link %s to be refused by its name',
    async (_, target, folder) => {
      const bytes = await archive(...house, {
        name: 'models/a/data.csv',
        type: 'symlink',
        linkname: target,
      });
      const prefix = folder ? '' : 'models/a/';
      await expect(
        store(folderOfArchive(inPieces(gzipSync(bytes)), folder)),
      ).rejects.toMatchObject({
        name: 'InputError',
        message: expect.stringContaining(
          `a link that leads outside it: '${prefix}data.csv' to '${target}'`,
        ),
      });
    },
  );

  it('keeps links within the folder, and refuses what is neither file nor link', async () => {
    const kept = await archive(
      ...house,
      { name: 'models/a/x', type: 'symlink', linkname: 'train.py' },
      {
        name: 'models/a/y',
        type: 'link',
        linkname: 'acme-house-0123456/models/a/train.py',
      },
    );
    expect(await namesOf(folderOfArchive(inPieces(kept), 'models/a'))).toEqual([
      'train.py',
      'caf\\xe9.csv',
      'x',
      'y',
    ]);
    await store(folderOfArchive(inPieces(kept), 'models/a'));
    const queue = await archive({ name: 'queue', type: 'fifo' });
    await expect(store(folderOfArchive(inPieces(queue), ''))).rejects.toThrow(
      "neither file, folder nor link: 'queue' (fifo)",
    );
  });

  it('fails for an archive that breaks off, so that it is asked for again', async () => {
    const bytes = gzipSync(await archive(...house));
    await expect(
      store(folderOfArchive(inPieces(bytes.subarray(0, -30)), '')),
    ).rejects.not.toMatchObject({ name: 'InputError' });
    const broken = Readable.from(
      (async function* fail() {
        yield bytes.subarray(0, 50);
        throw new Error('connection reset');
      })(),
    );
    await expect(store(folderOfArchive(broken, ''))).rejects.toThrow(
      'connection reset',
    );
  });

  it('ends the connection when whoever reads it turns away, also where the host has stopped sending', async () => {
    const bytes = await archive(...house);
    const source = Readable.from(
      (async function* stop() {
        yield bytes.subarray(0, -1024);
        await new Promise(() => {});
      })(),
    );
    const tree = folderOfArchive(source, '');
    for await (const _chunk of tree) {
      break;
    }
    expect(tree.destroyed).toBe(true);
    await new Promise(resolve => setImmediate(resolve));
    expect(source.destroyed).toBe(true);
  });
});
