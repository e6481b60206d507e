import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { DamagedBlobError } from '../reading/verified';
import { migrateFolder } from './migrateFolder';

describe('the migration of a folder store', () => {
  let directory: string;
  let blobs: Map<string, Buffer>;

  const store = {
    async write(content: Readable) {
      const bytes = await buffer(content);
      const digest = digestOf(bytes);
      blobs.set(digest, bytes);
      return { digest, size: bytes.length };
    },
    async size(digest: string) {
      return blobs.get(digest)?.length;
    },
    async open(digest: string) {
      const bytes = blobs.get(digest) ?? Buffer.alloc(0);
      if (digestOf(bytes) !== digest) {
        throw new DamagedBlobError(digest);
      }
      return Readable.from([bytes]);
    },
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'migration-'));
    await mkdir(join(directory, 'sha256'), { recursive: true });
    blobs = new Map();
  });

  afterEach(() => rm(directory, { recursive: true }));

  function digestOf(bytes: Buffer | string): string {
    return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  }

  /** As the folder store does, with the digest of other bytes where it is damaged. */
  async function keep(text: string, bytes = text): Promise<string> {
    const digest = digestOf(text);
    const hash = digest.slice('sha256:'.length);
    const folder = join(
      directory,
      'sha256',
      hash.slice(0, 2),
      hash.slice(2, 4),
    );
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, hash), bytes);
    await writeFile(join(folder, `${hash}.crc32`), 'sums');
    return digest;
  }

  const migrate = (verify = false, onProgress = () => {}) =>
    migrateFolder({ directory, store, verify, onProgress });

  it('copies every blob, and nothing that lies beside them', async () => {
    const digests = await Promise.all(
      Array.from({ length: 20 }, (_, i) => keep(`blob ${i}`)),
    );
    expect(await migrate()).toMatchObject({ copied: 20, present: 0 });
    expect([...blobs.keys()].sort()).toEqual(digests.sort());
    expect(await migrate()).toMatchObject({ copied: 0, present: 20 });
  });

  it('goes on where it broke off', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, i) => keep(`blob ${i}`)));
    const breaks = migrate(false, () => {
      if (blobs.size > 5) throw new Error('killed');
    });
    await expect(breaks).rejects.toThrow('killed');
    const before = blobs.size;
    expect(before).toBeLessThan(20);
    expect(await migrate()).toMatchObject({
      copied: 20 - before,
      present: before,
    });
    expect(blobs.size).toBe(20);
  });

  it('leaves damaged files out and names them', async () => {
    const digest = await keep('weights', 'w3ights');
    await keep('whole');
    const { copied, damaged } = await migrate();
    expect(copied).toBe(1);
    expect(damaged).toEqual([
      expect.stringContaining(digest.slice('sha256:'.length)),
    ]);
    expect([...blobs.keys()]).toEqual([digestOf('whole')]);
  });

  it('reads what is there when it verifies, and writes it again where it is damaged', async () => {
    const digest = await keep('weights');
    blobs.set(digest, Buffer.from('w3ights'));
    expect(await migrate()).toMatchObject({ present: 1, copied: 0 });
    expect(await migrate(true)).toMatchObject({ present: 0, copied: 1 });
    expect(blobs.get(digest)?.toString()).toBe('weights');
    expect(await migrate(true)).toMatchObject({ present: 1, copied: 0 });
  });
});
