import { crc32 } from 'node:zlib';

/** Bytes of a piece; a file of another size of pieces would not be understood, so it is no setting. */
export const PIECE_BYTES = 1024 * 1024;

const SUM_BYTES = 4;

/** Sums the pieces of a file up while it passes by. */
export class PieceSummer {
  readonly #sums: number[] = [];
  #sum = 0;
  #filled = 0;

  update(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + PIECE_BYTES - this.#filled);
      this.#sum = crc32(part, this.#sum);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === PIECE_BYTES) {
        this.#endPiece();
      }
    }
  }

  /** The sums of all pieces, the last one being what is left. */
  end(): number[] {
    if (this.#filled > 0) {
      this.#endPiece();
    }
    return this.#sums;
  }

  #endPiece(): void {
    this.#sums.push(this.#sum);
    this.#sum = 0;
    this.#filled = 0;
  }
}

/** Ends in the sum of what is before, so that a damaged list is not taken for a damaged file. */
export function encodeSums(sums: number[]): Buffer {
  const bytes = Buffer.alloc((sums.length + 1) * SUM_BYTES);
  sums.forEach((sum, index) => bytes.writeUInt32LE(sum, index * SUM_BYTES));
  const end = sums.length * SUM_BYTES;
  bytes.writeUInt32LE(crc32(bytes.subarray(0, end)), end);
  return bytes;
}

/** Undefined for what is not the whole list of a file of this size. */
export function decodeSums(bytes: Buffer, size: number): number[] | undefined {
  const count = Math.ceil(size / PIECE_BYTES);
  const end = count * SUM_BYTES;
  if (
    bytes.length !== end + SUM_BYTES ||
    bytes.readUInt32LE(end) !== crc32(bytes.subarray(0, end))
  ) {
    return undefined;
  }
  return Array.from({ length: count }, (_, index) =>
    bytes.readUInt32LE(index * SUM_BYTES),
  );
}
