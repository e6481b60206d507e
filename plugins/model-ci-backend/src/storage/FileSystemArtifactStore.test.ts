import {
  readlink,
  mkdtemp,
  open,
  readdir,
  rm,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { artifactStoreContract } from '@model-ci/backstage-plugin-model-ci-node/testing';
import { FileSystemArtifactStore } from './FileSystemArtifactStore';

function pathOf(directory: string, digest: string): string {
  const hash = digest.slice('sha256:'.length);
  return join(directory, 'sha256', hash.slice(0, 2), hash.slice(2, 4), hash);
}

const create = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'artifact-store-'));
  return {
    store: await FileSystemArtifactStore.create({ directory }),
    async damage(digest: string) {
      const file = await open(pathOf(directory, digest), 'r+');
      await file.write('~', 1);
      await file.close();
    },
    dispose: () => rm(directory, { recursive: true, force: true }),
  };
};

artifactStoreContract('file system', {
  features: { signsUrls: false, sweeps: true },
  create,
});

/** The files below a directory that this process holds open. */
async function openFiles(directory: string): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd').catch(() => []);
  const paths = await Promise.all(
    descriptors.map(fd => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return paths.filter(path => path.startsWith(directory));
}

describe('FileSystemArtifactStore', () => {
  let directory: string;
  let store: FileSystemArtifactStore;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'artifact-store-'));
    store = await FileSystemArtifactStore.create({ directory });
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  const unfinished = () => readdir(join(directory, 'unfinished'));

  it('keeps equal bytes once, in a folder by their digest', async () => {
    const { digest } = await store.write(Readable.from(['weights']));
    await store.write(Readable.from(['weights']));

    const files = await readdir(join(directory, 'sha256'), {
      recursive: true,
      withFileTypes: true,
    });
    expect(files.filter(file => file.isFile())).toHaveLength(1);
    const file = await open(pathOf(directory, digest));
    expect((await file.readFile()).toString()).toBe('weights');
    await file.close();
  });

  it('leaves no unfinished file behind, whether a write ends or breaks off', async () => {
    await store.write(Readable.from(['whole']));
    const source = new Readable({ read() {} });
    source.push('half');
    const broken = store.write(source);
    source.destroy(new Error('lost'));
    await expect(broken).rejects.toThrow('lost');

    expect(await unfinished()).toEqual([]);
  });

  it('sweeps what killed writes left behind, and nothing that is still written to', async () => {
    const dead = join(directory, 'unfinished', 'dead');
    await writeFile(dead, 'half a model');
    const longAgo = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await utimes(dead, longAgo, longAgo);
    const source = new Readable({ read() {} });
    source.push('alive');
    const alive = store.write(source);

    expect(await store.sweep()).toBe(1);

    source.push(null);
    const { digest } = await alive;
    expect((await buffer(await store.open(digest))).toString()).toBe('alive');
    expect(await unfinished()).toEqual([]);
    expect(await store.sweep({ idleMs: 0 })).toBe(0);
  });

  it('sweeps at once what processes left behind that are gone, and nothing of another machine', async () => {
    const leave = (...owner: unknown[]) =>
      writeFile(join(directory, 'unfinished', [...owner, 'x'].join('~')), '');
    await leave(hostname(), 2 ** 22 + 1, 'start');
    await leave(hostname(), process.pid, 'a start before');
    await leave(hostname(), process.ppid, 'start');
    await leave('another-machine', 2 ** 22 + 1, 'start');
    const source = new Readable({ read() {} });
    source.push('begun');
    const written = store.write(source);
    await eventually(async () => (await unfinished()).length === 5);

    expect(await store.sweep()).toBe(2);

    expect(await unfinished()).toHaveLength(3);
    source.push(null);
    await written;
  });

  it.each([
    ['is damaged', (bytes: Buffer) => bytes.fill('y', 10, 11)],
    ['has lost its end', (bytes: Buffer) => bytes.subarray(0, 100)],
    ['is empty', () => Buffer.alloc(0)],
  ])('holds the last bytes back of a blob that %s', async (_, damage) => {
    const content = Buffer.alloc(3_000_000, 'x');
    const { digest } = await store.write(Readable.from([content]));
    const [file] = (
      await readdir(directory, { recursive: true, withFileTypes: true })
    ).filter(entry => entry.isFile());
    const path = join(file.parentPath, file.name);
    const damaged = damage(content);
    await writeFile(path, damaged);
    let received = 0;
    const read = async () => {
      for await (const chunk of await store.open(digest)) {
        received += chunk.length;
      }
    };

    await expect(read()).rejects.toThrow(`${digest} is damaged`);

    expect(received).toBeLessThan(Math.max(1, damaged.length));
  });

  it('finds its blobs again after a restart', async () => {
    const { digest } = await store.write(Readable.from(['kept']));

    const again = await FileSystemArtifactStore.create({ directory });

    expect((await buffer(await again.open(digest))).toString()).toBe('kept');
  });

  describe('with a large file', () => {
    const MB = 1024 * 1024;
    const size = 5 * MB + 7;
    const bytes = Buffer.alloc(size, 'weights ');
    let digest: string;
    let path: string;

    beforeEach(async () => {
      // Pieces of the stream do not end where those of the sums do.
      const content = Readable.from(
        [0, 1, 2, 3].map(n =>
          bytes.subarray(n * 1_500_001, (n + 1) * 1_500_001),
        ),
      );
      ({ digest } = await store.write(content));
      path = pathOf(directory, digest);
    });

    async function overwrite(file: string, at: number) {
      const handle = await open(file, 'r+');
      await handle.write('~', at);
      await handle.close();
    }

    /** What came before the stream ended, and how. */
    async function read() {
      let length = 0;
      try {
        for await (const chunk of await store.open(digest)) {
          length += chunk.length;
        }
      } catch (error) {
        return { length, error };
      }
      return { length };
    }

    it('keeps the sums of its pieces beside it, and removes both', async () => {
      const found = await buffer(await store.open(digest));
      expect(found.equals(bytes)).toBe(true);
      expect(await readdir(dirname(path))).toEqual([
        basename(path),
        `${basename(path)}.crc32`,
      ]);
      await store.delete(digest);
      expect(await readdir(dirname(path))).toEqual([]);
    });

    it('passes no piece on that is damaged', async () => {
      await overwrite(path, 3 * MB + 5);
      expect(await read()).toEqual({
        length: 3 * MB,
        error: expect.objectContaining({
          message: expect.stringContaining(
            `${digest} is damaged: its bytes from ${3 * MB} on`,
          ),
        }),
      });
    });

    it.each([2 * MB, 5 * MB, size - 1])(
      'notices that it was cut off at %d',
      async length => {
        await truncate(path, length);
        const result = await read();
        expect(result.error).toMatchObject({
          message: expect.stringContaining('is damaged'),
        });
        expect(result.length).toBeLessThan(size);
      },
    );

    it('is read by its digest where there are no sums, or damaged ones', async () => {
      await overwrite(`${path}.crc32`, 2);
      expect(await read()).toEqual({ length: size });
      await rm(`${path}.crc32`);
      expect(await read()).toEqual({ length: size });
      await overwrite(path, 1);
      expect(await read()).toMatchObject({
        error: { message: expect.stringContaining('now have the digest') },
      });
    });

    it('is healed, with its sums, by a write of the same bytes', async () => {
      await overwrite(path, 1);
      await overwrite(`${path}.crc32`, 1);
      await store.write(Readable.from([bytes]));
      expect(await read()).toEqual({ length: size });
      await overwrite(path, 1);
      expect((await read()).length).toBe(0);
    });
  });

  it('says which directory and which key are wrong when it cannot be used', async () => {
    const file = join(directory, 'a-file');
    await writeFile(file, '');

    await expect(
      FileSystemArtifactStore.create({ directory: file }),
    ).rejects.toThrow(/a-file.*modelCi\.storage\.directory/);
  });

  it('says what to do when the disk is full', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device'), {
      code: 'ENOSPC',
    });
    const source = new Readable({ read() {} });
    const written = store.write(source);
    source.destroy(full);

    await expect(written).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringMatching(/is full: free space on it/),
    });
  });

  it('closes the file when its reader goes away, before or after the first byte', async () => {
    const { digest } = await store.write(
      Readable.from([Buffer.alloc(8 * 1024 * 1024)]),
    );
    const begun = await store.open(digest);
    for await (const chunk of begun) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    const untouched = await store.open(digest);
    untouched.destroy();
    // Not `once`: a loop that is left halfway ends the stream in an AbortError, which is none here.
    for (const stream of [untouched, begun]) {
      await new Promise<void>(resolve => {
        if (stream.closed) resolve();
        else stream.on('error', () => {}).once('close', resolve);
      });
    }
    expect(await openFiles(directory)).toEqual([]);
  });
});

async function eventually(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) {
    await new Promise(resolve => setImmediate(resolve));
  }
}
