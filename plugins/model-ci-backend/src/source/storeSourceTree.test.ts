import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  addEntry,
  archiveEntries,
  archiveOf,
  decodeName,
  ENTRY_TIME,
  printableName,
} from '@model-ci/backstage-plugin-model-ci-node';
import { extract, pack, type Header, type Pack } from 'tar-stream';
import { MemoryArtifactStore } from '../engine/testing/MemoryArtifactStore';
import { storeSourceTree } from './storeSourceTree';

type Entry = Parameters<Pack['entry']>[0] & { text?: string };

async function treeOf(...entries: Entry[]): Promise<Readable> {
  const archive = pack();
  for (const { text, ...header } of entries) {
    archive.entry(header, text ?? '');
  }
  archive.finalize();
  return Readable.from([await buffer(Readable.from(archive))]);
}

async function entriesOf(archive: Buffer): Promise<Header[]> {
  const headers: Header[] = [];
  const entries = extract();
  entries.end(archive);
  for await (const entry of entries) {
    headers.push(entry.header);
    entry.resume();
  }
  return headers;
}

async function store(
  tree: Readable,
  limits = { maxBytes: 10_000, maxEntries: 10 },
) {
  const blobs = new MemoryArtifactStore();
  const stored = await storeSourceTree(tree, {
    store: blobs,
    limits,
  });
  return { ...stored, archive: blobs.blobs.get(stored.digest)! };
}

describe('storeSourceTree', () => {
  it('keeps files, folders and inner links, with their digests', async () => {
    const { files, archive } = await store(
      await treeOf(
        { name: './', type: 'directory' },
        { name: './model-pipeline.yaml', text: 'version: 1\n' },
        { name: 'data', type: 'directory' },
        { name: 'data/houses.csv', text: 'size,price\n1,2\n', mode: 0o777 },
        { name: 'latest.csv', type: 'symlink', linkname: 'data/houses.csv' },
        { name: 'data/up', type: 'symlink', linkname: '../latest.csv' },
      ),
    );
    expect([...files.keys()]).toEqual([
      'model-pipeline.yaml',
      'data/houses.csv',
    ]);
    const digest = createHash('sha256').update('size,price\n1,2\n');
    expect(files.get('data/houses.csv')).toEqual({
      digest: `sha256:${digest.digest('hex')}`,
      size: 15,
    });
    expect(
      (await entriesOf(archive)).map(({ name, type, mode }) => [
        name,
        type,
        mode,
      ]),
    ).toEqual([
      ['model-pipeline.yaml', 'file', 0o644],
      ['data/', 'directory', 0o755],
      ['data/houses.csv', 'file', 0o755],
      ['latest.csv', 'symlink', 0o777],
      ['data/up', 'symlink', 0o777],
    ]);
  });

  it('has one digest, whenever and by whomever the files were made', async () => {
    const made = async (header: { mtime: Date; uid: number; mode: number }) =>
      store(
        await treeOf(
          { ...header, name: 'a.csv', text: '1' },
          { ...header, name: 'l', type: 'symlink', linkname: 'a.csv' },
        ),
      );
    const first = await made({ mtime: new Date(0), uid: 0, mode: 0o600 });
    const second = await made({ mtime: new Date(), uid: 1000, mode: 0o664 });
    expect(second.digest).toBe(first.digest);
    const times = (await entriesOf(first.archive)).map(({ mtime }) => mtime);
    expect(times).toEqual([ENTRY_TIME, ENTRY_TIME]);
  });

  it('keeps names that are not UTF-8 apart', async () => {
    const tree = archiveOf(async archive => {
      for (const name of ['caf\xe9.csv', 'caf\xe8.csv']) {
        const header = {
          name: decodeName(Buffer.from(name, 'latin1')),
          size: 1,
        };
        await addEntry(archive, header, Readable.from([Buffer.from('x')]));
      }
    });
    const { archive } = await store(tree);
    const names = [];
    for await (const { header } of archiveEntries(Readable.from([archive]))) {
      names.push(printableName(header.name));
    }
    expect(names).toEqual(['caf\\xe9.csv', 'caf\\xe8.csv']);
  });

  it.each<[string, Entry[]]>([
    ['a name that goes up', [{ name: '../evil', text: 'x' }]],
    [
      'a name that goes up in its middle',
      [{ name: 'a/../../evil', text: 'x' }],
    ],
    ['an absolute name', [{ name: '/etc/evil', text: 'x' }]],
    ['a link out of it', [{ name: 'a', type: 'symlink', linkname: '../..' }]],
    ['an absolute link', [{ name: 'a', type: 'symlink', linkname: '/etc' }]],
    [
      'a link that goes up behind another link',
      [
        { name: 'x/a', type: 'symlink', linkname: '..' },
        { name: 'b', type: 'symlink', linkname: 'x/a/../etc' },
      ],
    ],
    [
      'a file behind a link',
      [
        { name: 'a', type: 'symlink', linkname: 'b' },
        { name: 'a/evil', text: 'x' },
      ],
    ],
    ['a hard link out of it', [{ name: 'a', type: 'link', linkname: '../x' }]],
    ['a device', [{ name: 'null', type: 'character-device' }]],
  ])('refuses %s', async (_what, entries) => {
    await expect(store(await treeOf(...entries))).rejects.toMatchObject({
      name: 'InputError',
    });
  });

  it('refuses a tree that is too large or has too many entries', async () => {
    const two = () =>
      treeOf({ name: 'a', text: 'x' }, { name: 'b', text: 'y' });
    await expect(
      store(await two(), { maxBytes: 1, maxEntries: 10 }),
    ).rejects.toThrow(/larger than 1 bytes/);
    await expect(
      store(await two(), { maxBytes: 100, maxEntries: 1 }),
    ).rejects.toThrow(/1 files/);
  });

  it('passes on what goes wrong while the tree is read', async () => {
    const broken = Readable.from(
      (async function* fail() {
        yield Buffer.alloc(100);
        throw new Error('connection reset');
      })(),
    );
    await expect(store(broken)).rejects.toThrow('connection reset');
  });

  it('moves large files as they come', async () => {
    const text = 'x'.repeat(3_000_000);
    const { files } = await store(await treeOf({ name: 'big', text }), {
      maxBytes: 4_000_000,
      maxEntries: 1,
    });
    expect(files.get('big')?.size).toBe(3_000_000);
  });
});
