/** Numbers in a row, in memory that grows by doubling. */
export class Numbers {
  length = 0;
  #values = new Float64Array(1024);

  /** Rows that were skipped have no number. */
  set(row: number, value: number): void {
    if (row < this.length) {
      this.#values[row] = value;
      return;
    }
    if (row >= this.#values.length) {
      const larger = new Float64Array(Math.max(row + 1, row * 2));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values.fill(NaN, this.length, row);
    this.#values[row] = value;
    this.length = row + 1;
  }

  at(row: number): number {
    return row < this.length ? this.#values[row] : NaN;
  }
}

const PIECE_BYTES = 1024 * 1024;

/** Tells pieces apart from bytes in them, in the address of a text. */
const PIECE = 2 ** 32;

/** Texts in a row as UTF-8 outside of the JavaScript heap. */
export class Texts {
  bytes = 0;
  count = 0;
  readonly #pieces: Buffer[] = [];
  #used = PIECE_BYTES;
  readonly #address = new Numbers();
  readonly #size = new Numbers();

  set(row: number, text: string): void {
    const size = Buffer.byteLength(text);
    if (this.#used + size > (this.#pieces.at(-1)?.length ?? 0)) {
      this.#pieces.push(Buffer.allocUnsafeSlow(Math.max(PIECE_BYTES, size)));
      this.#used = 0;
    }
    const piece = this.#pieces.length - 1;
    this.#pieces[piece].write(text, this.#used);
    this.#address.set(row, piece * PIECE + this.#used);
    this.#size.set(row, size);
    this.#used += size;
    this.bytes += size;
    this.count += 1;
  }

  at(row: number): Buffer | undefined {
    const address = this.#address.at(row);
    if (Number.isNaN(address)) {
      return undefined;
    }
    const start = address % PIECE;
    return this.#pieces[Math.floor(address / PIECE)].subarray(
      start,
      start + this.#size.at(row),
    );
  }
}
