import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { InputError } from '@backstage/errors';
import {
  addEntry,
  archiveOf,
  compareNames,
  decodeName,
  encodeName,
  printableName,
  storedHeader,
  type ArchiveWriter,
} from '@model-ci/backstage-plugin-model-ci-node';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { withReason } from '../withReason';

/** A folder as a tar archive with names relative to it; `onClose` runs once the stream is done with. */
export function packFolder(
  folder: string,
  onClose: () => Promise<void>,
): Readable {
  const archive = archiveOf(output => packEntries(output, folder, ''));
  archive.once('close', () => {
    // Nobody waits for the clean-up, and nothing depends on it.
    onClose().catch(() => {});
  });
  return archive;
}

async function packEntries(
  archive: ArchiveWriter,
  folder: string,
  below: string,
): Promise<void> {
  const names = await readdir(encodeName(posix.join(folder, below)), {
    encoding: 'buffer',
  });
  for (const entry of names.map(decodeName).sort(compareNames)) {
    const name = posix.join(below, entry);
    checkName(name);
    const path = encodeName(posix.join(folder, name));
    const stats = await lstat(path);
    const { mode, size } = stats;
    if (stats.isDirectory()) {
      await addEntry(archive, storedHeader({ name, type: 'directory' }));
      await packEntries(archive, folder, name);
    } else if (stats.isSymbolicLink()) {
      const linkname = decodeName(await readlink(path, 'buffer'));
      await addEntry(
        archive,
        storedHeader({ name, type: 'symlink', linkname }),
      );
    } else if (stats.isFile()) {
      await addEntry(
        archive,
        storedHeader({ name, type: 'file', mode, size }),
        size > 0 ? createReadStream(path) : undefined,
      );
    }
  }
}

/**
 * Backstage's readers of source archives take names for UTF-8 and put U+FFFD where they are not, so that two files
 * may have become one. Whoever committed the files gets an error, instead of a run with some of them.
 */
function checkName(name: string): void {
  if (name.includes('\ufffd')) {
    throw withReason(
      InputError,
      reason('source.notUtf8', { name: printableName(name) }),
    );
  }
}
