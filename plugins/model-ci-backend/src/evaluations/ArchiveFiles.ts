import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ConflictError } from '@backstage/errors';
import { LRUCache } from 'lru-cache';
import { extract, type Header } from 'tar-stream';
import {
  reason,
  type ArchiveFile,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import { withReason } from '../withReason';

/** Of one archive: what is beyond is not listed, and the answer says so. */
const MAX_FILES = 10_000;
/** Characters of the paths of one archive. */
const MAX_PATHS_LENGTH = 2 * 1024 * 1024;
/** Read from the store to list one archive. */
const MAX_READ_BYTES = 256 * 1024 * 1024;
/** Larger files are skipped in the store; to read on costs less than another request for the smaller ones. */
const SKIP_FROM_BYTES = 1024 * 1024;
/** Requests to the store for one archive. */
const MAX_READS = 1000;
/** Files of all archives that are remembered. */
const MAX_KEPT_FILES = 100_000;
/** A header and the blocks of a file begin at multiples of this. */
const BLOCK = 512;

/** A file and where in the archive its bytes are. */
interface PlacedFile extends ArchiveFile {
  start: number;
}

export interface FileList {
  files: PlacedFile[];
  /** There are more than are listed. */
  more: boolean;
}

/**
 * What lies in the archives of a store. Nothing is ever unpacked: names are only shown and compared, so that it does not
 * matter where they point to, and what is packed within a file stays closed.
 */
export class ArchiveFiles {
  readonly #store: Pick<ArtifactStore, 'open'>;
  // The bytes behind a digest never change.
  readonly #lists = new LRUCache<string, FileList, { size: number }>({
    maxSize: MAX_KEPT_FILES,
    sizeCalculation: ({ files }) => files.length + 1,
    fetchMethod: (digest, _, { context: { size } }) =>
      listFiles(this.#store, digest, size),
  });

  constructor(store: Pick<ArtifactStore, 'open'>) {
    this.#store = store;
  }

  /** In the order of the archive. Rejects with `ConflictError` for what is no archive. */
  async list(digest: string, size: number): Promise<FileList> {
    return await this.#lists.forceFetch(digest, { context: { size } });
  }

  /** The file of a path; as when it is unpacked, the last one where there are several. */
  async find(
    archive: { digest: string; size: number },
    path: string,
  ): Promise<PlacedFile | undefined> {
    const { files } = await this.list(archive.digest, archive.size);
    return files.findLast(file => file.type === 'file' && file.path === path);
  }
}

class BoundedList implements FileList {
  readonly files: PlacedFile[] = [];
  more = false;
  /** Read of the archive so far. */
  bytes = 0;
  #pathsLength = 0;

  /** Notes a file, unless there are too many. */
  add(file: PlacedFile): void {
    this.#pathsLength += file.path.length;
    if (
      this.files.length === MAX_FILES ||
      this.#pathsLength > MAX_PATHS_LENGTH ||
      this.bytes > MAX_READ_BYTES
    ) {
      this.more = true;
    } else {
      this.files.push(file);
    }
  }
}

async function listFiles(
  store: Pick<ArtifactStore, 'open'>,
  digest: string,
  size: number,
): Promise<FileList> {
  const list = new BoundedList();
  let offset = 0;
  for (let reads = 0; offset < size; reads += 1) {
    if (reads === MAX_READS) {
      list.more = true;
    }
    if (list.more) {
      break;
    }
    const content = await store.open(digest, { start: offset });
    offset = (await readEntries(content, offset, list)) ?? size;
  }
  return { files: list.files, more: list.more };
}

/** Reads entries from an offset on; answers where to go on after a large file, and undefined at the end. */
async function readEntries(
  content: Readable,
  offset: number,
  list: BoundedList,
): Promise<number | undefined> {
  const parser = extract();
  // Whichever is first: each ends the other with its own error.
  let failed: 'store' | 'archive' | undefined;
  content.once('error', () => (failed ??= 'store'));
  parser.once('error', () => (failed ??= 'archive'));
  const reading = pipeline(content, parser);
  reading.catch(() => {});
  try {
    for await (const entry of parser) {
      const start = offset + contentOffset(entry.header);
      const { size } = entry.header;
      list.bytes += size < SKIP_FROM_BYTES ? BLOCK + size : BLOCK;
      list.add({ ...describe(entry.header), start });
      if (list.more || size >= SKIP_FROM_BYTES) {
        return Math.ceil((start + size) / BLOCK) * BLOCK;
      }
      entry.resume();
    }
    await reading;
    return undefined;
  } catch (error) {
    throw failed === 'archive'
      ? withReason(ConflictError, reason('error.noArchive'), error)
      : error;
  } finally {
    content.destroy();
  }
}

/** The parser notes it, without having it in its types. */
function contentOffset(header: Header & { byteOffset?: number }): number {
  if (header.byteOffset === undefined) {
    throw new Error('The parser of archives does not say where files begin');
  }
  return header.byteOffset;
}

function describe({ name, type, size }: Header): ArchiveFile {
  const path = name.replace(/^(\.\/)+/, '');
  switch (type) {
    case 'directory':
      return { path, type, size: 0 };
    case 'file':
    case 'contiguous-file':
      return { path, type: 'file', size };
    default:
      return { path, type: 'other', size: 0 };
  }
}
