import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { hostname } from 'node:os';
import {
  access,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { NotFoundError, ServiceUnavailableError } from '@backstage/errors';
import {
  demandDigest,
  demandRange,
  type ArtifactStore,
  type StoredBlob,
} from '@model-ci/backstage-plugin-model-ci-node';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { decodeSums, encodeSums, PieceSummer } from './pieceSums';
import { verifiedStream } from './verifiedStream';
import { withReason } from '../withReason';

const CHUNK_BYTES = 1024 * 1024;
/** Smaller files are read by their digest, which costs less than to open a list of sums. */
const SUMS_FROM_BYTES = 4 * 1024 * 1024;
const DAY = 24 * 60 * 60 * 1000;

/**
 * Keeps blobs as files below one directory, at `sha256/aa/bb/<digest>`. Beside a large one lie the sums of its pieces, by which
 * it is checked faster while it is read: the digest is computed once, when it is written. Several backend replicas
 * may share the directory.
 */
export class FileSystemArtifactStore implements ArtifactStore {
  readonly #blobs: string;
  /** Unfinished writes; below the same directory, so that the final rename is atomic. */
  readonly #unfinished: string;
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
    this.#blobs = join(directory, 'sha256');
    this.#unfinished = join(directory, 'unfinished');
  }

  /** Makes the directory where it is missing, and checks that it can be written to. */
  static async create(options: {
    directory: string;
  }): Promise<FileSystemArtifactStore> {
    const directory = resolve(options.directory);
    const store = new FileSystemArtifactStore(directory);
    try {
      await mkdir(store.#blobs, { recursive: true });
      await mkdir(store.#unfinished, { recursive: true });
      await access(store.#unfinished, constants.W_OK);
    } catch (error) {
      throw new Error(
        `The artifact directory '${directory}' cannot be used: make it a folder that the backend may write to, or name another one in 'modelCi.storage.directory'`,
        { cause: error },
      );
    }
    return store;
  }

  async write(content: Readable): Promise<StoredBlob> {
    const unfinished = join(this.#unfinished, unfinishedName());
    // An error before the first read is kept by the stream; without a listener it would end the process.
    content.on('error', () => {});
    try {
      const { hash, size, sums } = await this.#writeUnfinished(
        content,
        unfinished,
      );
      const digest = `sha256:${hash}`;
      const path = this.#path(digest);
      const folder = dirname(path);
      await mkdir(folder, { recursive: true });
      if (size >= SUMS_FROM_BYTES) {
        await this.#writeSums(path, sums);
      }
      // Also when the blob exists: the bytes are the same, and a damaged file is healed.
      await rename(unfinished, path);
      await syncDirectory(folder);
      return { digest, size };
    } catch (error) {
      content.destroy();
      await rm(unfinished, { force: true }).catch(() => {});
      throw this.#explain(error);
    }
  }

  async open(
    digest: string,
    range?: { start: number; end?: number },
  ): Promise<Readable> {
    const path = this.#path(digest);
    const { start, end } = demandRange(range);
    const file = await this.#openFile(path, digest);
    try {
      const { size } = await file.stat();
      const whole = start === 0 && (end === undefined || end >= size - 1);
      return whole
        ? verifiedStream(file, {
            digest,
            size,
            sums: await readSums(path, size),
          })
        : file.createReadStream({ start, end, highWaterMark: CHUNK_BYTES });
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async size(digest: string): Promise<number | undefined> {
    try {
      return (await stat(this.#path(digest))).size;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async delete(digest: string): Promise<void> {
    const path = this.#path(digest);
    await rm(path, { force: true });
    await rm(sumsPath(path), { force: true });
  }

  /**
   * Removes what writes left behind that were killed, and answers how many files that were: those of processes of this
   * machine that are gone, and of other machines those that were not touched for a day (or `idleMs`), as a write that
   * goes on touches its file.
   */
  async sweep(options: { idleMs?: number } = {}): Promise<number> {
    const before = Date.now() - (options.idleMs ?? DAY);
    let removed = 0;
    for (const name of await readdir(this.#unfinished)) {
      const path = join(this.#unfinished, name);
      try {
        const { mtimeMs } = await stat(path);
        if (mtimeMs > before && !hasLostItsWriter(name)) continue;
        await rm(path);
        removed += 1;
      } catch (error) {
        // Another replica swept it, or the write ended.
        if (!isMissing(error)) throw error;
      }
    }
    return removed;
  }

  async #writeUnfinished(content: Readable, path: string): Promise<Written> {
    const file = await open(path, 'wx', 0o640);
    try {
      const written = await writeHashed(content, file);
      await file.sync();
      return written;
    } finally {
      await file.close();
    }
  }

  /** Not flushed: a list that a power failure spoils is not taken for one. */
  async #writeSums(path: string, sums: number[]): Promise<void> {
    const unfinished = join(this.#unfinished, unfinishedName());
    try {
      await writeFile(unfinished, encodeSums(sums), {
        flag: 'wx',
        mode: 0o640,
      });
      await rename(unfinished, sumsPath(path));
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => {});
      throw error;
    }
  }

  async #openFile(path: string, digest: string): Promise<FileHandle> {
    try {
      return await open(path, 'r');
    } catch (error) {
      if (isMissing(error)) {
        throw withReason(NotFoundError, reason('error.noArtifact', { digest }));
      }
      throw error;
    }
  }

  #path(digest: string): string {
    demandDigest(digest);
    const hash = digest.slice('sha256:'.length);
    return join(this.#blobs, hash.slice(0, 2), hash.slice(2, 4), hash);
  }

  #explain(error: unknown): unknown {
    const code = errorCode(error);
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      return withReason(
        ServiceUnavailableError,
        reason('store.full', { directory: this.#directory }),
        error,
      );
    }
    if (code === 'EROFS' || code === 'EACCES') {
      return withReason(
        ServiceUnavailableError,
        reason('store.readOnly', { directory: this.#directory, error: code }),
        error,
      );
    }
    return error;
  }
}

/** Distinguishes this start of this process from others that had the same number, as the only one of a container has. */
const START = randomUUID().slice(0, 8);

/** Says who writes: the machine, the process and its start. */
function unfinishedName(): string {
  return [hostname(), process.pid, START, randomUUID()].join('~');
}

/** Whether a write was begun by a process of this machine that does not run any more. */
function hasLostItsWriter(name: string): boolean {
  const [host, pid, start] = name.split('~');
  if (host !== hostname() || start === undefined) {
    return false;
  }
  return Number(pid) === process.pid ? start !== START : !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs as somebody else
    return errorCode(error) !== 'ESRCH';
  }
}

interface Written {
  hash: string;
  size: number;
  sums: number[];
}

function sumsPath(path: string): string {
  return `${path}.crc32`;
}

/** Undefined for a file that is read by its digest: a small one, or one from before there were sums. */
async function readSums(
  path: string,
  size: number,
): Promise<number[] | undefined> {
  if (size < SUMS_FROM_BYTES) {
    return undefined;
  }
  try {
    return decodeSums(await readFile(sumsPath(path)), size);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Hashes while the disk writes: the next batch is gathered while the one before is on its way. */
async function writeHashed(
  content: Readable,
  file: FileHandle,
): Promise<Written> {
  const hash = createHash('sha256');
  const summer = new PieceSummer();
  let size = 0;
  let batch: Buffer[] = [];
  let batchBytes = 0;
  let writing = Promise.resolve();
  try {
    for await (const data of content) {
      const chunk = Buffer.isBuffer(data) ? data : Buffer.from(data);
      hash.update(chunk);
      summer.update(chunk);
      size += chunk.length;
      batch.push(chunk);
      batchBytes += chunk.length;
      if (batchBytes >= CHUNK_BYTES) {
        await writing;
        writing = writeAll(file, batch);
        // Awaited a batch later; until then a failure must not count as unhandled.
        writing.catch(() => {});
        batch = [];
        batchBytes = 0;
      }
    }
    await writing;
    await writeAll(file, batch);
  } finally {
    // The file is closed next, which must not happen under a write.
    await writing.catch(() => {});
  }
  return { hash: hash.digest('hex'), size, sums: summer.end() };
}

async function writeAll(file: FileHandle, batch: Buffer[]): Promise<void> {
  let rest = batch.filter(chunk => chunk.length > 0);
  while (rest.length > 0) {
    // Few buffers per call: the system takes at most 1024.
    const part = rest.slice(0, 512);
    const length = part.reduce((sum, chunk) => sum + chunk.length, 0);
    const { bytesWritten } = await file.writev(part);
    rest = rest.slice(part.length);
    if (bytesWritten < length) {
      rest.unshift(Buffer.concat(part).subarray(bytesWritten));
    }
  }
}

/** Makes the rename last through a power failure. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function errorCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error
    ? String(error.code)
    : undefined;
}

function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT';
}
