import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pack, type Pack } from 'tar-stream';
import { ArchiveFiles } from './ArchiveFiles';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const MiB = 1024 * 1024;

async function archive(fill: (tar: Pack) => void): Promise<Buffer> {
  const tar = pack();
  fill(tar);
  tar.finalize();
  return await buffer(tar);
}

/** What the store holds, and what of it was read. */
function storeOf(bytes: Buffer) {
  const reads: number[] = [];
  let read = 0;
  return {
    reads,
    read: () => read,
    archive: { digest: DIGEST, size: bytes.length },
    files: new ArchiveFiles({
      async open(_, range) {
        const start = range?.start ?? 0;
        reads.push(start);
        const pieces = function* cut() {
          for (let at = start; at < bytes.length; at += 64 * 1024) {
            const piece = bytes.subarray(at, at + 64 * 1024);
            read += piece.length;
            yield piece;
          }
        };
        return Readable.from(pieces(), { objectMode: false });
      },
    }),
  };
}

describe('ArchiveFiles', () => {
  it('finds each file where its bytes are, whatever its name is', async () => {
    const long = `${'folder/'.repeat(40)}weights – größe.txt`;
    const bytes = await archive(tar => {
      tar.entry({ name: 'model', type: 'directory' });
      tar.entry({ name: './model/a.txt' }, 'first');
      tar.entry({ name: long }, 'long');
      tar.entry({ name: '../../etc/passwd' }, 'far');
      tar.entry({ name: 'model/link', type: 'symlink', linkname: '/etc' });
      tar.entry({ name: 'model/empty' }, '');
    });
    const { files, archive: of } = storeOf(bytes);
    const { files: found, more } = await files.list(of.digest, of.size);
    expect(more).toBe(false);
    expect(
      found.map(({ path, type, size, start }) => [
        path,
        type,
        bytes.subarray(start, start + size).toString(),
      ]),
    ).toEqual([
      ['model', 'directory', ''],
      ['model/a.txt', 'file', 'first'],
      [long, 'file', 'long'],
      ['../../etc/passwd', 'file', 'far'],
      ['model/link', 'other', ''],
      ['model/empty', 'file', ''],
    ]);
  });

  it('answers the last of several files of one name, as unpacking does', async () => {
    const bytes = await archive(tar => {
      tar.entry({ name: 'a' }, 'old');
      tar.entry({ name: 'a' }, 'newer');
    });
    const { files, archive: of } = storeOf(bytes);
    const file = await files.find(of, 'a');
    expect(file?.size).toBe(5);
    expect(await files.find(of, 'b')).toBeUndefined();
  });

  it('does not read large files, and lists an archive once', async () => {
    const bytes = await archive(tar => {
      tar.entry({ name: 'weights' }, Buffer.alloc(20 * MiB));
      tar.entry({ name: 'after' }, 'it');
    });
    const { files, archive: of, read, reads } = storeOf(bytes);
    const [list] = await Promise.all([
      files.list(of.digest, of.size),
      files.list(of.digest, of.size),
    ]);
    expect(list.files.map(({ path }) => path)).toEqual(['weights', 'after']);
    expect(reads).toEqual([0, 512 + 20 * MiB]);
    expect(read()).toBeLessThan(2 * MiB);
  });

  it('stops at ten thousand files and says that there are more', async () => {
    const bytes = await archive(tar => {
      for (let n = 0; n < 10_001; n += 1) {
        tar.entry({ name: `f${n}` }, '');
      }
    });
    const { files, archive: of } = storeOf(bytes);
    const list = await files.list(of.digest, of.size);
    expect([list.files.length, list.more]).toEqual([10_000, true]);
  });

  it.each([
    ['text', Buffer.from('no archive'.repeat(100))],
    ['a cut archive', Buffer.alloc(700, 'x')],
  ])('refuses %s', async (_, bytes) => {
    const { files, archive: of } = storeOf(bytes);
    await expect(files.list(of.digest, of.size)).rejects.toThrow(
      'no tar archive',
    );
  });

  it('does not take a store that breaks off for a broken archive', async () => {
    const files = new ArchiveFiles({
      open: async () =>
        new Readable({
          read() {
            this.destroy(new Error('the store is away'));
          },
        }),
    });
    await expect(files.list(DIGEST, 10)).rejects.toThrow('the store is away');
  });
});
