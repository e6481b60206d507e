import type { Readable } from 'node:stream';
import { InputError } from '@backstage/errors';
import type { SignedUrl } from './executor';

export interface StoredBlob {
  /** `sha256:` and 64 hexadecimal digits. */
  digest: string;
  /** Bytes. */
  size: number;
}

/**
 * Keeps bytes under the name of their own digest. All calls stream; what is held in memory does not grow with the blob. A
 * store that cannot be reached rejects with another error than `NotFoundError`, and never answers that there is no such blob.
 */
export interface ArtifactStore {
  /** Stores a stream. Nothing is visible under the digest before everything was written. */
  write(content: Readable): Promise<StoredBlob>;

  /**
   * Opens a blob. A whole read is verified: the stream ends in an error if the bytes do not have the
   * digest. Rejects with `NotFoundError`. `start` and `end` (inclusive) are byte offsets.
   */
  open(
    digest: string,
    range?: { start: number; end?: number },
  ): Promise<Readable>;

  /** Size in bytes, or undefined if there is no such blob. */
  size(digest: string): Promise<number | undefined>;

  delete(digest: string): Promise<void>;

  /**
   * A URL from which an engine fetches a blob (GET, also a range of it) without the backend: a secret that ends within
   * minutes. Absent where engines do not reach the store. Whether there is such a blob shows when it is fetched; what is
   * fetched is not verified.
   */
  signUrl?(digest: string): Promise<SignedUrl>;

  /**
   * Removes what writes left behind that were killed, and answers how much that was: what nothing was added to for a day,
   * or `idleMs`. Called at each start and every day, by every replica.
   */
  sweep?(options?: { idleMs?: number }): Promise<number>;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Refuses with `InputError` what is no digest, before it becomes part of a path or a query. */
export function demandDigest(digest: string): void {
  if (!DIGEST.test(digest) || digest.includes('\n')) {
    throw new InputError(
      `'${digest}' is not a digest: expected 'sha256:' and 64 hexadecimal digits`,
    );
  }
}

/** The range that is asked for, or the whole; refuses with `InputError` what is none. */
export function demandRange(
  range: { start: number; end?: number } | undefined,
): {
  start: number;
  end?: number;
} {
  const { start, end } = range ?? { start: 0 };
  const isOffset = (n: number) => Number.isSafeInteger(n) && n >= 0;
  if (
    !isOffset(start) ||
    (end !== undefined && !(isOffset(end) && end >= start))
  ) {
    throw new InputError(
      `The byte range ${start}-${
        end ?? ''
      } is no range: start and end are byte offsets, and the end is not before the start`,
    );
  }
  return { start, ...(end !== undefined && { end }) };
}
