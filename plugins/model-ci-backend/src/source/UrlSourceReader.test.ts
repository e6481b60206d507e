import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  UrlReaders,
  type ReaderFactory,
} from '@backstage/backend-defaults/urlReader';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { NotFoundError } from '@backstage/errors';
import { ScmIntegrations } from '@backstage/integration';
import { pack } from 'tar-stream';
import { packFiles } from '../engine/testing/FakeSource';
import { MemoryArtifactStore } from '../engine/testing/MemoryArtifactStore';
import type { CommitFinder } from './commits/CommitFinder';
import { storeSourceTree } from './storeSourceTree';
import { UrlSourceReader } from './UrlSourceReader';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const OTHER_COMMIT = COMMIT.replaceAll('0', 'a');
const GITHUB = 'https://github.com/acme/house/tree';
const AZURE =
  'https://dev.azure.com/acme/ml/_git/house?path=%2F&version=GBmain';
const BASE = 'http://localhost:7007/api/model-ci-git/house.git/raw';

describe('UrlSourceReader', () => {
  let workingDirectory: string;
  beforeEach(async () => {
    workingDirectory = await mkdtemp(join(tmpdir(), 'model-ci-test-'));
  });
  afterEach(async () => {
    await rm(workingDirectory, { recursive: true });
  });

  /** A reader of the kind that code hosts have: compressed, in a folder of its own. */
  function createReader(
    files: Record<string, string>,
    limits = { maxBytes: 1000, maxEntries: 10 },
    finders: Array<Partial<CommitFinder>> = [],
  ) {
    const urls: string[] = [];
    const factory: ReaderFactory = ({ treeResponseFactory }) => [
      {
        predicate: () => true,
        reader: {
          readUrl: async () => {
            throw new Error('Only trees are read');
          },
          search: async () => {
            throw new Error('Only trees are read');
          },
          readTree: async (url, options) => {
            urls.push(url);
            const packed = await packFiles(
              Object.fromEntries(
                Object.entries(files).map(([name, text]) => [
                  `house-0123456/${name}`,
                  text,
                ]),
              ),
            );
            return await treeResponseFactory.fromTarArchive({
              stream: Readable.from([gzipSync(packed)]),
              etag: COMMIT,
              filter: options?.filter,
            });
          },
        },
      },
    ];
    const config = new ConfigReader({});
    const reader = UrlReaders.create({
      config,
      logger: mockServices.logger.mock(),
      factories: [factory],
    });
    return {
      urls,
      reader: new UrlSourceReader({
        reader,
        integrations: ScmIntegrations.fromConfig(config),
        finders: finders.map(finder => ({
          find: async () => undefined,
          isOn: async () => undefined,
          ...finder,
        })),
        definitions: {
          read: async () => {
            throw new Error('No definition is read');
          },
          listPipelines: async () => [],
        },
        entityUrlOf: async () => undefined,
        workingDirectory,
        ...limits,
      }),
    };
  }

  it('resolves the default branch, branches and commits', async () => {
    const { reader, urls } = createReader({ 'a.txt': 'a' });
    expect(await reader.resolve(`${BASE}/main/`, undefined)).toEqual({
      commit: COMMIT,
      branch: 'main',
    });
    expect(await reader.resolve(`${BASE}/main/`, 'feature/a')).toEqual({
      commit: COMMIT,
      branch: 'feature/a',
    });
    expect(urls).toEqual([`${BASE}/main/`, `${BASE}/feature%2Fa/`]);
    expect(await reader.resolve(`${BASE}/main/`, COMMIT)).toEqual({
      commit: COMMIT,
    });
    expect(urls).toHaveLength(3);
  });

  it('asks a host about the commit alone where it can be asked', async () => {
    const asked: string[] = [];
    const { reader, urls } = createReader({ 'a.txt': 'a' }, undefined, [
      { find: async () => undefined },
      {
        find: async (_url, ref) => {
          asked.push(ref);
          return { commit: OTHER_COMMIT, message: 'Fit the line' };
        },
      },
    ]);
    expect(await reader.resolve(`${BASE}/main/`, undefined)).toEqual({
      commit: OTHER_COMMIT,
      branch: 'main',
      message: 'Fit the line',
    });
    expect(await reader.resolve(`${BASE}/main/`, COMMIT)).toEqual({
      commit: OTHER_COMMIT,
      message: 'Fit the line',
    });
    await expect(
      reader.resolve(`${BASE}/main/`, '../../other'),
    ).rejects.toMatchObject({ name: 'InputError' });
    expect(asked).toEqual(['main', COMMIT]);
    expect(urls).toEqual([]);
  });

  it('finds the tree of a commit where its host gives it', async () => {
    const treeBy = async (find: CommitFinder['find']) =>
      await createReader({}, undefined, [
        { find: async () => undefined },
        { find },
      ]).reader.findTree(`${GITHUB}/main/`, COMMIT);
    const found = { commit: COMMIT, tree: OTHER_COMMIT };
    expect(await treeBy(async () => found)).toBe(OTHER_COMMIT);
    expect(await treeBy(async () => ({ commit: COMMIT }))).toBeUndefined();
    expect(await treeBy(async () => undefined)).toBeUndefined();
    await expect(
      treeBy(async () => {
        throw new Error('out of reach');
      }),
    ).rejects.toThrow('out of reach');
    expect(
      await treeBy(async () => {
        throw new NotFoundError('no such commit');
      }),
    ).toBeUndefined();
  });

  it('takes nothing about a commit from another one that a host answers in its place', async () => {
    const { reader } = createReader({}, undefined, [
      {
        find: async () => ({
          commit: OTHER_COMMIT,
          tree: OTHER_COMMIT,
          emails: ['else@example.com'],
        }),
      },
    ]);
    await expect(
      reader.findEmails(`${GITHUB}/main/`, COMMIT),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
    expect(await reader.findTree(`${GITHUB}/main/`, COMMIT)).toBeUndefined();
  });

  it('finds the addresses in a commit by the host that knows it, and hides no failure', async () => {
    const emailsBy = async (find: CommitFinder['find']) =>
      await createReader({}, undefined, [
        { find: async () => undefined },
        { find },
      ]).reader.findEmails(`${GITHUB}/main/`, COMMIT);
    const emails = ['ann@example.com', 'bo@example.com'];
    expect(await emailsBy(async () => ({ commit: COMMIT, emails }))).toEqual(
      emails,
    );
    expect(await emailsBy(async () => undefined)).toBeUndefined();
    await expect(
      emailsBy(async () => {
        throw new NotFoundError('no such commit');
      }),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
  });

  it('keeps what a host has said about a commit of a branch for good, but asks again about what is not there', async () => {
    const answers = [false, true];
    const isOn = jest.fn(async () => answers.shift());
    const { reader, urls } = createReader({}, undefined, [{ isOn }]);
    const ask = (name: string) =>
      reader.isOn(`${GITHUB}/main/`, COMMIT, { type: 'branch', name });
    expect(await ask('main')).toBe(false);
    expect(await ask('main')).toBe(true);
    expect(await ask('main')).toBe(true);
    expect(isOn).toHaveBeenCalledTimes(2);
    await expect(ask('../other')).rejects.toMatchObject({ name: 'InputError' });
    expect(urls).toEqual([]);
  });

  it('takes the newest commit of a branch for evidence where a host cannot be asked for more', async () => {
    const { reader, urls } = createReader({});
    const isOn = (commit: string, name: string, type: 'branch' | 'tag') =>
      reader.isOn(AZURE, commit, { type, name });
    expect(await isOn(COMMIT, 'main', 'branch')).toBe(true);
    expect(urls).toEqual([AZURE]);
    expect(await isOn(OTHER_COMMIT, 'main', 'branch')).toBeUndefined();
    // What may be a part of a commit's name, and a tag, are not read.
    expect(await isOn(COMMIT, COMMIT.slice(0, 8), 'branch')).toBeUndefined();
    expect(await isOn(COMMIT, 'v1', 'tag')).toBeUndefined();
    // Nor what git takes for the head of a pull request, which is of a fork.
    for (const name of ['pull-requests/5/from', 'pull/5/merge', 'heads/main']) {
      expect(await isOn(COMMIT, name, 'branch')).toBeUndefined();
    }
    expect(urls).toHaveLength(2);
  });

  it('names the repository of a source', () => {
    const { reader } = createReader({});
    expect(
      [
        `${BASE}/main/models/a/`,
        'https://github.com/ml/house/tree/main/models/',
        'https://gitlab.com/ml/deep/house/-/tree/main/',
        'https://bitbucket.org/ml/house/src/main/',
        'https://dev.azure.com/ml/p/_git/house?path=/models&version=GBmain',
        'https://example.com/',
      ].map(url => reader.repository(url)),
    ).toEqual([
      'http://localhost:7007/api/model-ci-git/house.git',
      'https://github.com/ml/house',
      'https://gitlab.com/ml/deep/house',
      'https://bitbucket.org/ml/house',
      'https://dev.azure.com/ml/p/_git/house',
      'https://example.com/',
    ]);
  });

  it('reads the folder of a source out of the archive of its repository', async () => {
    const { reader, urls } = createReader({
      'README.md': 'not in the folder',
      'models/a/model-pipeline.yaml': 'version: 1',
      'models/a/src/train.py': 'print()',
      'models/ab/train.py': 'not in the folder',
    });
    const tree = await reader.readTree(`${GITHUB}/main/models/a/`, COMMIT);
    const stored = await storeSourceTree(tree, {
      store: new MemoryArtifactStore(),
      limits: { maxBytes: 1000, maxEntries: 10 },
    });
    expect(urls).toEqual([`${GITHUB}/${COMMIT}/`]);
    expect([...stored.files.keys()]).toEqual([
      'model-pipeline.yaml',
      'src/train.py',
    ]);
  });

  it('reads what only Backstage can unpack, and leaves nothing behind', async () => {
    const { reader, urls } = createReader({
      'model-pipeline.yaml': 'version: 1',
      'src/train.py': 'print()',
    });
    const tree = await reader.readTree(AZURE, COMMIT);
    const stored = await storeSourceTree(tree, {
      store: new MemoryArtifactStore(),
      limits: { maxBytes: 1000, maxEntries: 10 },
    });
    expect(urls).toEqual([AZURE.replace('GBmain', `GC${COMMIT}`)]);
    expect([...stored.files.keys()]).toEqual([
      'model-pipeline.yaml',
      'src/train.py',
    ]);
    while ((await readdir(workingDirectory)).length > 0) {
      await new Promise(resolve => setImmediate(resolve));
    }
  });

  it('stops unpacking a tree that is too large', async () => {
    const { reader } = createReader(
      { 'big.bin': 'x'.repeat(2000) },
      { maxBytes: 1000, maxEntries: 10 },
    );
    await expect(reader.readTree(AZURE, COMMIT)).rejects.toMatchObject({
      name: 'InputError',
    });
    expect(await readdir(workingDirectory)).toEqual([]);
  });

  describe('of the embedded git host', () => {
    /** Stores what the host packed with these entries. */
    async function store(
      ...entries: Array<{ name: string; linkname?: string }>
    ) {
      const archive = pack();
      for (const entry of entries) {
        if (entry.linkname) {
          archive.entry({ ...entry, type: 'symlink' });
        } else {
          archive.entry(entry, 'x');
        }
      }
      archive.finalize();
      const packed = await buffer(Readable.from(archive));
      // As git writes a name that is not UTF-8.
      const at = packed.indexOf('caf?.csv');
      if (at !== -1) {
        packed.writeUInt8(0xe9, at + 3);
        packed.write(checksumOf(packed.subarray(0, 512)), 148, 'latin1');
      }
      const reader = new UrlSourceReader({
        reader: mockServices.urlReader.mock({
          readTree: async () => ({
            etag: COMMIT,
            files: async () => [],
            archive: async () => Readable.from([packed]),
            dir: async () => {
              throw new Error('Nothing is unpacked');
            },
          }),
        }),
        integrations: ScmIntegrations.fromConfig(new ConfigReader({})),
        definitions: {
          read: async () => {
            throw new Error('No definition is read');
          },
          listPipelines: async () => [],
        },
        entityUrlOf: async () => undefined,
        maxBytes: 1000,
        maxEntries: 10,
      });
      return await storeSourceTree(
        await reader.readTree(`${BASE}/main/models/a/`, COMMIT),
        {
          store: new MemoryArtifactStore(),
          limits: { maxBytes: 1000, maxEntries: 10 },
        },
      );
    }

    it('keeps links that stay in the folder', async () => {
      const { files } = await store(
        { name: 'a.txt' },
        { name: 'b.txt', linkname: 'a.txt' },
      );
      expect([...files.keys()]).toEqual(['a.txt']);
    });

    it.each([
      ['data', '/mnt/datasets/imagenet'],
      ['common', '../../common'],
    ])('refuses the link %s to %s by both names', async (name, linkname) => {
      await expect(store({ name, linkname })).rejects.toMatchObject({
        name: 'InputError',
        message: expect.stringContaining(`'${name}' to '${linkname}'`),
      });
    });

    it('keeps the bytes of a name that is not UTF-8', async () => {
      const { files } = await store({ name: 'caf?.csv' });
      expect([...files.keys()]).toEqual(['caf\udce9.csv']);
    });
  });

  it('says which branch a source URL names', () => {
    const { reader } = createReader({});
    expect(reader.findDefaultBranch(`${BASE}/trunk/`)).toBe('trunk');
    expect(reader.findDefaultBranch('https://example.com/')).toBeUndefined();
  });
});

/** Of a tar header, as it is written into it. */
function checksumOf(header: Buffer): string {
  const bytes = Buffer.from(header);
  bytes.fill(' ', 148, 156);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  return `${sum.toString(8).padStart(6, '0')}\0 `;
}
