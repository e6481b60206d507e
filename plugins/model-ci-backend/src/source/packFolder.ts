import { createReadStream } from 'node:fs';
import { lstat, opendir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';

/** A folder as a tar archive with names relative to it; `onClose` runs once the stream is done with. */
export function packFolder(
  folder: string,
  onClose: () => Promise<void>,
): Readable {
  const archive = pack();
  // What tar-stream makes is not one of Node's own streams.
  const output = new PassThrough();
  const packing = Promise.all([
    pipeline(archive, output),
    packEntries(archive, folder, '').then(
      () => archive.finalize(),
      error => archive.destroy(error),
    ),
  ]);
  packing
    .catch(error => output.destroy(error))
    .finally(onClose)
    // Nobody waits for the clean-up, and nothing depends on it.
    .catch(() => {});
  return output;
}

async function packEntries(
  archive: Pack,
  folder: string,
  below: string,
): Promise<void> {
  const names: string[] = [];
  for await (const entry of await opendir(join(folder, below))) {
    names.push(entry.name);
  }
  for (const entry of names.sort()) {
    const name = below ? `${below}/${entry}` : entry;
    const path = join(folder, name);
    const { mode, mtime, size, ...stats } = await lstat(path).then(found => ({
      mode: found.mode,
      mtime: found.mtime,
      size: found.size,
      isDirectory: found.isDirectory(),
      isSymbolicLink: found.isSymbolicLink(),
      isFile: found.isFile(),
    }));
    if (stats.isDirectory) {
      archive.entry({ name, type: 'directory', mode: 0o755, mtime });
      await packEntries(archive, folder, name);
    } else if (stats.isSymbolicLink) {
      const linkname = await readlink(path);
      archive.entry({ name, type: 'symlink', linkname, mtime });
    } else if (stats.isFile) {
      await packFile(archive, path, { name, mode, mtime, size });
    }
  }
}

async function packFile(
  archive: Pack,
  path: string,
  header: { name: string; mode: number; mtime: Date; size: number },
): Promise<void> {
  const entry = archive.entry({ ...header, type: 'file' });
  await pipeline(createReadStream(path), entry);
}
