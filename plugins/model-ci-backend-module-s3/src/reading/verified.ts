import { createHash } from 'node:crypto';

/** What is stored under a digest has another one. */
export class DamagedBlobError extends Error {
  override readonly name = 'DamagedBlobError';
}

/**
 * Passes the bytes on and ends in an error if they do not have the digest, before the last of them: who has all bytes has
 * the right ones, also where only their number is known, as over HTTP.
 */
export async function* verified(
  pieces: AsyncIterable<Buffer>,
  digest: string,
): AsyncGenerator<Buffer, void> {
  const hash = createHash('sha256');
  let held: Buffer | undefined;
  for await (const piece of pieces) {
    if (held) {
      yield held;
    }
    hash.update(piece);
    held = piece;
  }
  const found = `sha256:${hash.digest('hex')}`;
  if (found !== digest) {
    throw new DamagedBlobError(
      `The artifact ${digest} is damaged: its bytes now have the digest ${found}. Restore the object from a backup, or run the stage again`,
    );
  }
  if (held) {
    yield held;
  }
}
