import { type EventEmitter, once } from 'node:events';
import { Readable } from 'node:stream';
import { InputError } from '@backstage/errors';
import { deferred } from '@model-ci/backstage-plugin-model-ci-node';
import { extract, type Header, pack, type Pack } from 'tar-stream';
import { findLfsObject, readLfsObject } from './LfsStore';
import { type LfsPointer, MAX_POINTER_BYTES, parsePointer } from './pointer';

/**
 * An archive in which each file that is a pointer of Git LFS has its content instead. One whose content is missing, or
 * that would make the archive larger than may be read, breaks the archive off with an error that names the file.
 */
export function resolveArchive(
  gitDir: string,
  archive: Readable,
  maxBytes: number,
): Readable {
  return Readable.from(copyArchive(gitDir, archive, maxBytes), {
    objectMode: false,
  });
}

/** Nothing begins before the first read, so that nothing fails while nobody listens. */
async function* copyArchive(
  gitDir: string,
  archive: Readable,
  maxBytes: number,
): AsyncGenerator<Buffer> {
  const resolved = pack();
  let failure: unknown;
  // What goes wrong is thrown below.
  resolved.on('error', () => {});
  const copying = copyEntries(gitDir, archive, resolved, maxBytes).then(
    () => resolved.finalize(),
    error => {
      failure = error;
      resolved.destroy();
    },
  );
  try {
    for await (const chunk of resolved as AsyncIterable<Buffer>) {
      yield chunk;
    }
    await copying;
  } catch (error) {
    throw failure ?? error;
  } finally {
    resolved.destroy();
    archive.destroy();
  }
  if (failure) {
    throw failure;
  }
}

async function copyEntries(
  gitDir: string,
  archive: Readable,
  resolved: Pack,
  maxBytes: number,
): Promise<void> {
  const entries = extract();
  archive.on('error', error => entries.destroy(error));
  resolved.on('close', () => archive.destroy());
  let room = maxBytes;
  for await (const entry of archive.pipe(entries)) {
    const { header } = entry;
    const size = header.size ?? 0;
    if (header.type !== 'file' || size >= MAX_POINTER_BYTES || size === 0) {
      await addEntry(resolved, header, entry as AsyncIterable<Buffer>);
      continue;
    }
    const content = await collect(entry as AsyncIterable<Buffer>);
    const pointer = parsePointer(content);
    if (!pointer) {
      await addEntry(resolved, header, [content]);
      continue;
    }
    room -= pointer.size;
    if (room < 0) {
      throw new InputError(describeTooLarge(header.name, maxBytes));
    }
    await addEntry(
      resolved,
      { ...header, size: pointer.size },
      await openPointer(gitDir, header.name, pointer),
    );
  }
}

/** Streams of tar archives are of a kind of their own, which Node's pipelines do not take. */
async function addEntry(
  resolved: Pack,
  header: Header,
  content: AsyncIterable<Buffer> | Buffer[],
): Promise<void> {
  const written = deferred<void>();
  const sink = resolved.entry(header, error =>
    error ? written.reject(error) : written.resolve(),
  );
  // Seen below, or not at all if the content breaks off first.
  written.promise.catch(() => {});
  if (header.type === 'file') {
    for await (const chunk of content) {
      if (!sink.write(chunk)) {
        await drained(sink);
      }
    }
    sink.end(undefined);
  } else {
    for await (const _ of content) {
      // Links and folders have none.
    }
  }
  await written.promise;
}

/** Waits until more may be written, or nobody reads any more. */
async function drained(sink: EventEmitter): Promise<void> {
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    await Promise.race([
      once(sink, 'drain', { signal }),
      once(sink, 'close', { signal }),
    ]);
  } finally {
    waiting.abort();
  }
}

async function collect(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The content that a file's pointer stands for. */
export async function openPointer(
  gitDir: string,
  file: string,
  pointer: LfsPointer,
): Promise<Readable> {
  const size = await findLfsObject(gitDir, pointer.oid);
  if (size !== pointer.size) {
    throw new InputError(describeMissing(file, pointer, size));
  }
  return readLfsObject(gitDir, pointer.oid);
}

function describeMissing(
  file: string,
  { oid, size }: LfsPointer,
  found: number | undefined,
): string {
  return found === undefined
    ? `The content of ${JSON.stringify(
        file,
      )} is not in Git LFS here (${oid}): push it with "git lfs push --all"`
    : `The pointer ${JSON.stringify(
        file,
      )} gives ${size} bytes, its content in Git LFS has ${found} (${oid})`;
}

function describeTooLarge(file: string, maxBytes: number): string {
  return `With the content of ${JSON.stringify(
    file,
  )} the tree has more than ${maxBytes} bytes in Git LFS, which is more than may be read (modelCi.git.maxTreeBytes)`;
}
