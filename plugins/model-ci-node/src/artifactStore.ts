import type { Readable } from 'node:stream';

export interface StoredBlob {
  /** `sha256:` and 64 hexadecimal digits. */
  digest: string;
  /** Bytes. */
  size: number;
}

/** Keeps bytes under the name of their own digest. All calls stream; nothing is held in memory. */
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
}
