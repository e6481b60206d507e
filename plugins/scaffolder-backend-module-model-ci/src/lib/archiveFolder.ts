import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { InputError } from '@backstage/errors';
import {
  addEntry,
  archiveOf,
  storedHeader,
} from '@model-ci/backstage-plugin-model-ci-node';

interface SourceFile {
  /** Relative to the folder, with `/`. */
  path: string;
  size: number;
  executable: boolean;
}

/** The files below a folder in the order of their names, without what git keeps for itself. */
export async function listFiles(folder: string): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  const visit = async (parent: string) => {
    const names = (await readdir(join(folder, parent))).sort();
    for (const name of names) {
      const path = parent === '' ? name : `${parent}/${name}`;
      const stats = await lstat(join(folder, path));
      if (stats.isDirectory()) {
        // A template may have been fetched by cloning; its history is not the new repository's.
        if (name !== '.git') {
          await visit(path);
        }
      } else if (stats.isFile()) {
        files.push({
          path,
          size: stats.size,
          executable: (stats.mode & 0o100) !== 0,
        });
      } else {
        throw new InputError(
          `'${path}' is neither a file nor a folder; links and the like are not published`,
        );
      }
    }
  };
  await visit('');
  return files;
}

/**
 * A tar archive of files below a folder. The same files give the same bytes: times are left out, because a
 * commit has none of single files.
 */
export function archiveFiles(folder: string, files: SourceFile[]): Readable {
  return archiveOf(async archive => {
    for (const { path, size, executable } of files) {
      await addEntry(
        archive,
        storedHeader({
          name: path,
          type: 'file',
          size,
          mode: executable ? 0o755 : 0o644,
        }),
        createReadStream(join(folder, path)),
      );
    }
  });
}
