import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { StoredBlob } from '@model-ci/backstage-plugin-model-ci-node';
import type { Bucket } from '../bucket/Bucket';
import { copyObject, type CopySizes } from './copyObject';
import { gatherParts, type Part } from './gatherParts';
import { inWindow } from './inWindow';
import { partBytes } from './partBytes';
import type { LentBuffers, WriteMemory } from './WriteMemory';

/** Bytes of one write that are on their way at once, beside those of the part that is gathered. */
const WINDOW_BYTES = 32 * 1024 * 1024;

export interface WriteOptions {
  bucket: Bucket;
  /** Of a key that nobody else uses, for what has no digest yet. */
  stagingKey: string;
  keyOf(digest: string): string;
  memory: WriteMemory;
  /** For tests. */
  copySizes?: CopySizes;
}

/**
 * Stores a stream under the key of its digest, which is known at its end. What fits into one part is put there at once. More
 * is uploaded under a key of its own and copied then, so that nothing is ever seen under the digest but all of the bytes.
 */
export async function writeObject(
  content: Readable,
  options: WriteOptions,
): Promise<StoredBlob> {
  const { bucket, keyOf } = options;
  const hash = createHash('sha256');
  let size = 0;
  const measured = measure(content, chunk => {
    hash.update(chunk);
    size += chunk.length;
  });
  const finish = (): StoredBlob => ({
    digest: `sha256:${hash.digest('hex')}`,
    size,
  });

  const buffers = options.memory.lend();
  try {
    const parts = gatherParts(measured, partBytes, buffers);
    const first: IteratorResult<Part, void> = await parts.next();
    if (first.done || first.value.isLast) {
      const blob = finish();
      await bucket.put(
        keyOf(blob.digest),
        first.value?.bytes ?? Buffer.alloc(0),
      );
      if (first.value) {
        buffers.giveBack(first.value.buffer);
      }
      return blob;
    }
    await uploadParts(startingWith(first.value, parts), {
      ...options,
      buffers,
    });
    const blob = finish();
    await moveInto(keyOf(blob.digest), blob, options);
    return blob;
  } finally {
    buffers.giveBackAll();
  }
}

async function* measure(
  content: Readable,
  see: (chunk: Buffer) => void,
): AsyncGenerator<Buffer> {
  for await (const data of content) {
    const chunk = Buffer.isBuffer(data) ? data : Buffer.from(data);
    see(chunk);
    yield chunk;
  }
}

async function* startingWith<T>(
  first: T,
  rest: AsyncIterable<T>,
): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

async function uploadParts(
  parts: AsyncIterable<Part>,
  { bucket, stagingKey, buffers }: WriteOptions & { buffers: LentBuffers },
): Promise<void> {
  const upload = await bucket.beginUpload(stagingKey);
  try {
    let size = 0;
    const results = await inWindow(parts, {
      atOnce: ({ bytes }) => Math.max(1, WINDOW_BYTES / bytes.length),
      async work(part, signal) {
        size += part.bytes.length;
        const uploaded = await bucket.uploadPart(upload, part, signal);
        buffers.giveBack(part.buffer);
        return uploaded;
      },
    });
    await bucket.completeUpload(upload, results, size);
  } catch (error) {
    // What cannot be removed now is swept later.
    await bucket.abortUpload(upload).catch(() => {});
    throw error;
  }
}

/** Also when the object exists: the bytes are the same, and a damaged one is healed. */
async function moveInto(
  key: string,
  { size }: StoredBlob,
  { bucket, stagingKey, copySizes }: WriteOptions,
): Promise<void> {
  try {
    await copyObject(bucket, { from: stagingKey, to: key, size }, copySizes);
    const copied = await bucket.patientSize(key);
    if (copied !== size) {
      throw new Error(
        `The server copied ${copied ?? 0} of ${size} bytes to '${key}'`,
      );
    }
  } finally {
    await bucket.delete(stagingKey).catch(() => {});
  }
}
