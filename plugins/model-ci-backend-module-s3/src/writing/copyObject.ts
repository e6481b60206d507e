import type { Bucket } from '../bucket/Bucket';
import { inWindow } from './inWindow';

/**
 * What one call copies at most. S3 allows 5 GiB, but a server may send nothing while it copies, and a connection on which
 * nothing moves for a minute is given up.
 */
const COPY_PART_BYTES = 512 * 1024 * 1024;

/** The server copies them, so they cost the backend nothing but the wait. */
const COPIES_AT_ONCE = 8;

/** Copies an object within the bucket. The copy is there whole, or not at all. */
export async function copyObject(
  bucket: Bucket,
  copy: { from: string; to: string; size: number },
  partBytes = COPY_PART_BYTES,
): Promise<void> {
  if (copy.size <= partBytes) {
    await bucket.copy(copy.from, copy.to);
    return;
  }
  const upload = await bucket.beginUpload(copy.to);
  try {
    const parts = await inWindow(rangesOf(copy.size, partBytes), {
      atOnce: () => COPIES_AT_ONCE,
      work: (range, signal) =>
        bucket.copyPart(upload, { ...range, from: copy.from }, signal),
    });
    await bucket.completeUpload(upload, parts, copy.size);
  } catch (error) {
    // What cannot be removed now is swept later.
    await bucket.abortUpload(upload).catch(() => {});
    throw error;
  }
}

function* rangesOf(size: number, partBytes: number) {
  for (let number = 1, start = 0; start < size; number += 1) {
    const end = Math.min(start + partBytes, size) - 1;
    yield { number, start, end };
    start = end + 1;
  }
}
