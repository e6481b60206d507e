import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { hasCode, isMissing } from './fileErrors';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

// Nothing that is kept beside a workspace is longer
const MAX_BYTES = 64 * 1024;

/**
 * Opens what should be a file, in a folder in which a script may have put anything instead: a pipe, which would
 * block a thread of the backend for good, or a link to somewhere else. Undefined for those and where nothing is.
 */
export async function openFile(
  path: string | Buffer,
  access = O_RDONLY,
): Promise<FileHandle | undefined> {
  let file: FileHandle;
  try {
    // eslint-disable-next-line no-bitwise
    file = await open(path, access | O_NONBLOCK | O_NOFOLLOW);
  } catch (error) {
    // ELOOP: a link. ENXIO: a socket. EISDIR: a folder, to be written to
    if (
      isMissing(error) ||
      ['ELOOP', 'ENXIO', 'EISDIR'].some(code => hasCode(error, code))
    ) {
      return undefined;
    }
    throw error;
  }
  if ((await file.stat()).isFile()) {
    return file;
  }
  await file.close();
  return undefined;
}

/** The beginning of such a file as text; undefined where there is none. */
export async function readText(path: string): Promise<string | undefined> {
  const file = await openFile(path);
  if (!file) {
    return undefined;
  }
  try {
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(MAX_BYTES),
      0,
      MAX_BYTES,
      0,
    );
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
