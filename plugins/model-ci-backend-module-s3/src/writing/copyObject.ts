import type { Bucket } from '../bucket/Bucket';
import { inWindow } from './inWindow';

const MEBIBYTE = 1024 * 1024;

/** Bytes that one call copies. */
export interface CopySizes {
  /** Of a whole object. A server that shares its bytes between objects, such as Ceph, reads none of them then. */
  whole: number;
  part: number;
}

const SIZES: CopySizes = {
  // What S3 takes at most
  whole: 5 * 1024 * MEBIBYTE,
  // A server may send nothing while it copies, and has to be done with a part before its silence is given up
  part: 512 * MEBIBYTE,
};

/** The server copies them, so they cost the backend nothing but the wait. */
const COPIES_AT_ONCE = 8;

/** Copies an object within the bucket. The copy is there whole, or not at all. */
export async function copyObject(
  bucket: Bucket,
  copy: { from: string; to: string; size: number },
  sizes = SIZES,
): Promise<void> {
  if (copy.size <= sizes.whole && (await bucket.copy(copy.from, copy.to))) {
    return;
  }
  const upload = await bucket.beginUpload(copy.to);
  try {
    const parts = await inWindow(rangesOf(copy.size, sizes.part), {
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
