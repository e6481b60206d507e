import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Readable, Writable } from 'node:stream';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import { DamagedBlobError } from '../reading/verified';
import { folderBlobs, type FolderBlob } from './folderBlobs';

/** More would not be faster: a disk reads them, and large ones are uploaded in parts side by side. */
const AT_ONCE = 4;

export interface Migration {
  /** Were there before, with the same size; or, where everything is verified, with the same bytes. */
  present: number;
  copied: number;
  copiedBytes: number;
  /** Do not have the digest that they are named by, and were left out. */
  damaged: string[];
}

export interface MigrateOptions {
  directory: string;
  store: Pick<ArtifactStore, 'write' | 'open' | 'size'>;
  /** Reads what is in the store already, instead of comparing its size. */
  verify: boolean;
  onProgress(migration: Migration): void;
}

class DamagedFileError extends Error {
  constructor(path: string) {
    super(`The file '${path}' does not have the digest that it is named by`);
  }
}

/**
 * Copies what a folder store has and the store does not. Each is read against its digest on the way, and the folder is left
 * as it is, so it may be repeated after whatever has ended it, and while a backend writes to the folder.
 */
export async function migrateFolder(
  options: MigrateOptions,
): Promise<Migration> {
  const migration: Migration = {
    present: 0,
    copied: 0,
    copiedBytes: 0,
    damaged: [],
  };
  const blobs = folderBlobs(options.directory);
  const work = async () => {
    for (;;) {
      const { value, done } = await blobs.next();
      if (done) {
        return;
      }
      await migrateBlob(value, options, migration);
      options.onProgress(migration);
    }
  };
  const workers = await Promise.allSettled(
    Array.from({ length: AT_ONCE }, work),
  );
  for (const worker of workers) {
    if (worker.status === 'rejected') {
      throw worker.reason;
    }
  }
  return migration;
}

async function migrateBlob(
  blob: FolderBlob,
  options: MigrateOptions,
  migration: Migration,
): Promise<void> {
  if (await isPresent(blob, options)) {
    migration.present += 1;
    return;
  }
  try {
    await options.store.write(Readable.from(readVerified(blob)));
    migration.copied += 1;
    migration.copiedBytes += blob.size;
  } catch (error) {
    if (!(error instanceof DamagedFileError)) {
      throw error;
    }
    migration.damaged.push(blob.path);
  }
}

async function isPresent(
  { digest, size }: FolderBlob,
  { store, verify }: MigrateOptions,
): Promise<boolean> {
  if ((await store.size(digest)) !== size) {
    return false;
  }
  if (!verify) {
    return true;
  }
  try {
    // A whole read fails where the bytes are not those of the digest.
    await pipeline(await store.open(digest), nowhere());
    return true;
  } catch (error) {
    if (error instanceof DamagedBlobError) {
      return false;
    }
    throw error;
  }
}

/** Ends in an error instead of its end, so that a store keeps nothing of a damaged file. */
async function* readVerified({
  path,
  digest,
}: FolderBlob): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    yield chunk;
  }
  if (`sha256:${hash.digest('hex')}` !== digest) {
    throw new DamagedFileError(path);
  }
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
