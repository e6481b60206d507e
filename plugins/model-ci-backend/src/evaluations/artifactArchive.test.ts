import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  archiveEntries,
  type ArchiveEntry,
  ENTRY_TIME,
} from '@model-ci/backstage-plugin-model-ci-node';
import { artifactArchive } from './artifactArchive';
import { collectArtifact } from './collectArtifact';
import {
  archive,
  MemoryWorkspace,
  type WorkspaceContent,
} from './testing/MemoryWorkspace';
import { MemoryArtifactStore } from '../engine/testing/MemoryArtifactStore';

type Content = Parameters<typeof archive>[0];

async function normalise(content: Content, path = 'model'): Promise<Buffer> {
  const source = Readable.from(inPieces(await archive(content)));
  return buffer(normaliseTar(source, path));
}

function* inPieces(bytes: Buffer): Generator<Buffer> {
  for (let i = 0; i < bytes.length; i += 700) yield bytes.subarray(i, i + 700);
}

async function headersOf(tar: Buffer): Promise<ArchiveEntry['header'][]> {
  const headers: ArchiveEntry['header'][] = [];
  for await (const entry of archiveEntries(Readable.from([tar]))) {
    headers.push(entry.header);
    entry.resume();
  }
  return headers;
}

function normaliseTar(stream: Readable, path: string): Readable {
  const first = { type: 'archive', stream, refusal: () => undefined } as const;
  return artifactArchive({ from: path, to: path }, first, async () => ({
    type: 'missing',
  })).content;
}

const folder = { type: 'directory', mode: 0o700 } as const;

describe('artifactArchive', () => {
  it('refuses what announces more bytes than it may have, before it comes', async () => {
    async function* sparse() {
      yield await archive([['model', folder]]).then(tar =>
        tar.subarray(0, 512),
      );
      const file = await archive([['model/weights', Buffer.alloc(1)]]);
      const header = file.subarray(0, 512);
      header.write('77777777777\0', 124, 'latin1');
      header.write('        ', 148, 'latin1');
      const sum = header.reduce((total, byte) => total + byte, 0);
      header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
      yield header;
      throw new Error('It was read on');
    }
    const stream = Readable.from(sparse());
    const { content } = artifactArchive(
      { from: 'model', to: 'model' },
      { type: 'archive', stream, refusal: () => undefined },
      async () => ({ type: 'missing' }),
      1_000_000,
    );
    await expect(buffer(content)).rejects.toThrow('more than 1,000,000 bytes');
  });

  it('gives equal content equal bytes, whenever and by whomever it was made', async () => {
    const first = await normalise([
      ['model', folder],
      ['model/weights.bin', Buffer.alloc(100_000, 'w')],
    ]);
    const second = await normalise([
      ['./model/', { ...folder, mode: 0o755, uid: 7, gname: 'x' }],
      ['./model/weights.bin', Buffer.alloc(100_000, 'w')],
    ]);

    expect(first.equals(second)).toBe(true);
    const other = await normalise([
      ['model', folder],
      ['model/weights.bin', Buffer.alloc(100_000, 'v')],
    ]);
    expect(first.equals(other)).toBe(false);
  });

  it('keeps names, sizes, links within the workspace and the executable bit', async () => {
    const long = `model/${'deep/'.repeat(60)}größe.bin`;
    const headers = await headersOf(
      await normalise([
        ['model', folder],
        ['model/run.sh', { type: 'file', mode: 0o4711, size: 0 }],
        [long, 'x'],
        ['model/latest', { type: 'symlink', linkname: '../model/run.sh' }],
        ['model/same', { type: 'link', linkname: 'model/run.sh' }],
      ]),
    );

    expect(
      headers.map(({ name, type, mode, size, linkname }) => [
        name,
        type,
        mode?.toString(8),
        size,
        linkname,
      ]),
    ).toEqual([
      ['model/', 'directory', '755', 0, undefined],
      ['model/run.sh', 'file', '755', 0, undefined],
      [long, 'file', '644', 1, undefined],
      ['model/latest', 'symlink', '777', 0, '../model/run.sh'],
      ['model/same', 'link', '644', 0, 'model/run.sh'],
    ]);
    expect(
      headers.map(({ uid, gid, mtime }) => [uid, gid, mtime?.getTime()]),
    ).toEqual(headers.map(() => [0, 0, ENTRY_TIME.getTime()]));
  });

  it('takes the whole workspace', async () => {
    const headers = await headersOf(
      await normalise(
        [
          ['.', folder],
          ['./a', 'x'],
          ['b', 'y'],
        ],
        '',
      ),
    );
    expect(headers.map(h => h.name)).toEqual(['./', 'a', 'b']);
  });

  it.each([
    '/etc/passwd',
    '../../outside',
    '../../..',
    'inside/../../..',
    './sub/../x',
    'sub/..',
    '/',
    '',
  ])('refuses a link to %j', async linkname => {
    await expect(
      normalise([['model/link', { type: 'symlink', linkname }]]),
    ).rejects.toThrow(
      /'model\/link' is a link to .*, which leaves the workspace/,
    );
  });

  it.each([
    [
      'a device',
      { type: 'character-device', devmajor: 1, devminor: 3 },
      /is a character-device/,
    ],
    ['a pipe', { type: 'fifo' }, /is a fifo/],
    [
      'a hard link to the outside',
      { type: 'link', linkname: '../secret' },
      /is a hard link to '\.\.\/secret'/,
    ],
    [
      'a hard link to a file outside of the artifact',
      { type: 'link', linkname: 'src/secret' },
      /is a hard link/,
    ],
  ] as const)('refuses %s', async (_, header, problem) => {
    await expect(normalise([['model/x', header]])).rejects.toThrow(problem);
  });

  it('refuses to write through a link that came before', async () => {
    await expect(
      normalise([
        ['model/sub', { type: 'symlink', linkname: '.' }],
        ['model/sub/file', 'x'],
      ]),
    ).rejects.toThrow(`'model/sub/file' lies behind the link 'model/sub'`);
    await expect(
      normalise([
        ['model/sub', { type: 'symlink', linkname: '.' }],
        ['model/x', { type: 'link', linkname: 'model/sub' }],
      ]),
    ).rejects.toThrow(/is a hard link/);
  });

  it.each([
    ['other/file'],
    ['/model/file'],
    ['model/../../file'],
    ['modelling/file'],
  ])('blames whoever sent it for an entry named %s', async name => {
    await expect(normalise([[name, 'x']])).rejects.toThrow(
      /^The archive of 'model' holds /,
    );
  });

  it('ends in an error where the archive breaks off', async () => {
    const whole = await archive([['model/weights', Buffer.alloc(50_000)]]);
    await expect(
      buffer(normaliseTar(Readable.from([whole.subarray(0, 20_000)]), 'model')),
    ).rejects.toThrow();
    async function* lost() {
      yield whole.subarray(0, 20_000);
      throw new Error('the engine went away');
    }
    await expect(
      buffer(normaliseTar(Readable.from(lost()), 'model')),
    ).rejects.toThrow('the engine went away');
  });

  it('ends in an error for an archive of nothing, and for no archive', async () => {
    await expect(normalise([])).rejects.toThrow(
      `The archive of 'model' is empty`,
    );
    await expect(
      buffer(normaliseTar(Readable.from([Buffer.alloc(2048, 'x')]), 'model')),
    ).rejects.toThrow();
  });

  it('closes the source when its reader goes away', async () => {
    const source = Readable.from(
      inPieces(await archive([['model/w', Buffer.alloc(5_000_000)]])),
    );
    for await (const chunk of normaliseTar(source, 'model')) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    // It closes with an error of its own, or has closed already.
    if (!source.destroyed) await once(source, 'close').catch(() => {});
    expect(source.destroyed).toBe(true);
  });

  it('holds back the source while nobody reads', async () => {
    let sent = 0;
    const tar = await archive([['model/w', Buffer.alloc(20_000_000)]]);
    function* counted() {
      for (let i = 0; i < tar.length; i += 65536) {
        sent += 65536;
        yield tar.subarray(i, i + 65536);
      }
    }
    const output = normaliseTar(Readable.from(counted()), 'model');
    const iterator = output[Symbol.asyncIterator]();
    await iterator.next();
    for (let turn = 0; turn < 50; turn += 1) {
      await new Promise(resolve => setImmediate(resolve));
    }
    expect(sent).toBeLessThan(5_000_000);
    await iterator.return?.();
  });
});

describe('an artifact with links', () => {
  const link = (linkname: string) => ({ type: 'symlink', linkname } as const);

  async function collect(path: string, workspace: WorkspaceContent) {
    const store = new MemoryArtifactStore();
    const result = await collectArtifact({
      executor: new MemoryWorkspace(workspace),
      handle: {},
      store,
      name: 'model',
      path,
    });
    if (result.type === 'refused') {
      return result.problem.text;
    }
    const found: Record<string, string> = {};
    const stored = store.blobs.get(result.artifact.digest)!;
    for await (const entry of archiveEntries(Readable.from([stored]))) {
      const { name, linkname } = entry.header;
      const text = (await buffer(entry)).toString();
      found[name] = linkname === undefined ? text : `-> ${linkname}`;
    }
    return found;
  }

  it('is stored as what it points to', async () => {
    const workspace = {
      'runs/2026': folder,
      'runs/2026/best.pt': 'weights',
      'runs/2026/same.pt': link('best.pt'),
      'runs/latest': link('2026'),
      'runs/first': link('latest'),
    };
    const expected = (name: string) => ({
      [`runs/${name}/`]: '',
      [`runs/${name}/best.pt`]: 'weights',
      [`runs/${name}/same.pt`]: '-> best.pt',
    });
    expect(await collect('runs/latest', workspace)).toEqual(expected('latest'));
    expect(await collect('runs/first', workspace)).toEqual(expected('first'));
  });

  it('holds the content of files beside it, each once', async () => {
    expect(
      await collect('hub/snapshots/abc', {
        'hub/blobs/1': 'weights',
        'hub/blobs/2': 'config',
        'hub/snapshots/abc': folder,
        'hub/snapshots/abc/deep/again': link('../../../blobs/1'),
        'hub/snapshots/abc/model': link('../../blobs/1'),
        'hub/snapshots/abc/own': link('model'),
        'hub/snapshots/abc/config': link('../../blobs/2'),
      }),
    ).toEqual({
      'hub/snapshots/abc/': '',
      'hub/snapshots/abc/deep/again': 'weights',
      'hub/snapshots/abc/model': '-> deep/again',
      'hub/snapshots/abc/own': '-> model',
      'hub/snapshots/abc/config': 'config',
    });
  });

  it('ends where folders beside it lead to each other', async () => {
    expect(
      await collect('o', {
        'o/a': link('../a'),
        'a/file': '1',
        'a/b': link('../b'),
        'b/file': '2',
        'b/a': link('../a'),
        'b/deep': link('../a/file'),
      }),
    ).toEqual({
      'o/a/file': '1',
      'o/a/b/file': '2',
      'o/a/b/a': '-> ..',
      'o/a/b/deep': '-> ../file',
    });
  });

  it.each<[string, WorkspaceContent, string]>([
    [
      'to nothing',
      { 'o/x': link('../gone') },
      "'o/x' is a link to '../gone', where nothing is",
    ],
    [
      'to a folder that holds it',
      { 'o/x': link('..') },
      "'o/x' is a link to '..', a folder that holds the link itself",
    ],
    [
      'to itself',
      { o: link('p'), p: link('o') },
      "'p' is a link to 'o', which leads back to it",
    ],
    [
      'out of the workspace',
      { 'o/x': link('/etc/passwd') },
      "'o/x' is a link to '/etc/passwd', which leaves the workspace",
    ],
  ])('is refused with a link %s', async (_, workspace, problem) => {
    expect(await collect('o', workspace)).toContain(problem);
  });
});
