import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A blob of the folder store, at `sha256/aa/bb/<hash>`. */
export interface FolderBlob {
  digest: string;
  path: string;
  size: number;
}

const HASH = /^[0-9a-f]{64}$/;

/** The blobs of a folder store, one after the other. What lies beside them, such as sums of their pieces, is none. */
export async function* folderBlobs(
  directory: string,
): AsyncGenerator<FolderBlob> {
  const top = join(directory, 'sha256');
  for (const first of await readdir(top)) {
    for (const second of await readdir(join(top, first))) {
      const folder = join(top, first, second);
      for (const name of await readdir(folder)) {
        if (HASH.test(name)) {
          const path = join(folder, name);
          yield {
            digest: `sha256:${name}`,
            path,
            size: (await stat(path)).size,
          };
        }
      }
    }
  }
}
