import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { PIECE_BYTES } from './pieceSums';

/** Sees the pieces of a file in order, and throws for what is damaged. */
interface Verifier {
  piece(bytes: Buffer): void;
  /** Called before the last piece is passed on. */
  end(): void;
}

/**
 * Passes the bytes of a file on and ends in an error if they are not those that were stored, before the last of them: who
 * has all bytes has the right ones, also where only their number is known, as over HTTP. Checks one piece while the disk
 * reads the next.
 */
export function verifiedStream(
  file: FileHandle,
  options: { digest: string; size: number; sums?: number[] },
): Readable {
  const { digest, size, sums } = options;
  const verifier = sums ? bySums(digest, sums) : byDigest(digest);
  let left = size;
  let reading: Promise<Buffer> | undefined;

  const nextPiece = async (): Promise<Buffer | null> => {
    if (left <= 0) {
      // Of nothing, nothing was verified yet
      if (size === 0) verifier.end();
      return null;
    }
    const piece = await (reading ?? readPiece(file));
    reading = readPiece(file);
    // Awaited at the next call; until then a failure must not count as unhandled.
    reading.catch(() => {});
    verifier.piece(piece);
    left -= piece.length;
    if (left <= 0 || piece.length === 0) {
      verifier.end();
    }
    return piece.length === 0 ? null : piece;
  };
  return new Readable({
    highWaterMark: PIECE_BYTES,
    read() {
      nextPiece().then(
        piece => this.push(piece),
        error => this.destroy(error),
      );
    },
    destroy(error, done) {
      const close = async () => {
        await reading?.catch(() => {});
        await file.close();
      };
      close().then(
        () => done(error),
        closeError => done(error ?? closeError),
      );
    },
  });
}

/** A whole piece, or what is left of the file. */
async function readPiece(file: FileHandle): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
  let filled = 0;
  while (filled < PIECE_BYTES) {
    const { bytesRead } = await file.read(buffer, filled);
    if (bytesRead === 0) {
      break;
    }
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function byDigest(digest: string): Verifier {
  const hash = createHash('sha256');
  return {
    piece: bytes => hash.update(bytes),
    end() {
      const found = `sha256:${hash.digest('hex')}`;
      if (found !== digest) {
        throw damaged(digest, `its bytes now have the digest ${found}`);
      }
    },
  };
}

function bySums(digest: string, sums: number[]): Verifier {
  let index = 0;
  return {
    piece(bytes) {
      if (bytes.length > 0 && crc32(bytes) !== sums[index]) {
        const start = index * PIECE_BYTES;
        throw damaged(
          digest,
          `its bytes from ${start} on are not those that were stored`,
        );
      }
      index += bytes.length > 0 ? 1 : 0;
    },
    end() {
      if (index !== sums.length) {
        throw damaged(digest, 'it is shorter than what was stored');
      }
    },
  };
}

function damaged(digest: string, what: string): Error {
  return new Error(
    `The artifact ${digest} is damaged: ${what}. Restore the file from a backup, or run the stage again`,
  );
}
