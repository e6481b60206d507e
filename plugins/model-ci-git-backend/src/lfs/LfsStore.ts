import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InputError } from '@backstage/errors';
import { isMissing } from '../git/isMissing';

const OID = /^[0-9a-f]{64}$/;

/** Whether this is an id of Git LFS: the SHA-256 of the content, in hex. */
export function isOid(oid: string): boolean {
  return OID.test(oid);
}

/** Size of an object of Git LFS in a repository's folder; undefined if it is not there. */
export async function findLfsObject(
  gitDir: string,
  oid: string,
): Promise<number | undefined> {
  try {
    return (await stat(objectPath(gitDir, oid))).size;
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}

/** The content of an object. It is checked on its way; what is damaged breaks off with an error before its end. */
export function readLfsObject(gitDir: string, oid: string): Readable {
  const source = createReadStream(objectPath(gitDir, oid));
  const check = checkDigest(oid);
  source.on('error', error => check.destroy(error));
  check.on('close', () => source.destroy());
  return source.pipe(check);
}

/**
 * Keeps the content of an object, which lies beside the others only when it is whole and what its id says. Answers its
 * size, or undefined if it was there already.
 */
export async function writeLfsObject(
  gitDir: string,
  oid: string,
  content: Readable,
): Promise<number | undefined> {
  const target = objectPath(gitDir, oid);
  const incoming = path.join(gitDir, 'lfs', 'incoming');
  const draft = path.join(incoming, randomUUID());
  await mkdir(incoming, { recursive: true });
  try {
    await pipeline(content, checkDigest(oid), createWriteStream(draft));
    await flush(draft);
    if ((await findLfsObject(gitDir, oid)) !== undefined) {
      return undefined;
    }
    await mkdir(path.dirname(target), { recursive: true });
    const { size } = await stat(draft);
    await rename(draft, target);
    return size;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Removes uploads that a crash cut short. */
export async function removeOldUploads(
  gitDir: string,
  olderThan: Date,
): Promise<void> {
  const incoming = path.join(gitDir, 'lfs', 'incoming');
  const names = await readdir(incoming).catch(error => {
    if (isMissing(error)) {
      return [];
    }
    throw error;
  });
  for (const name of names) {
    const draft = path.join(incoming, name);
    const { mtime } = await stat(draft).catch(() => ({ mtime: new Date() }));
    if (mtime < olderThan) {
      await rm(draft, { force: true });
    }
  }
}

/** The layout of Git LFS itself, so that its own tools understand the folder. */
function objectPath(gitDir: string, oid: string): string {
  if (!isOid(oid)) {
    throw new InputError('The id of a Git LFS object is a SHA-256 in hex');
  }
  return path.join(
    gitDir,
    'lfs',
    'objects',
    oid.slice(0, 2),
    oid.slice(2, 4),
    oid,
  );
}

/** Passes content on and fails at its end if it is not what its id says. */
function checkDigest(oid: string): Transform {
  const hash = createHash('sha256');
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      const found = hash.digest('hex');
      done(found === oid ? null : new InputError(describeDamage(oid, found)));
    },
  });
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function describeDamage(oid: string, found: string): string {
  return `The content of the Git LFS object ${oid} is damaged: its SHA-256 is ${found}`;
}
