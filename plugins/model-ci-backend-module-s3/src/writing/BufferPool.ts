/**
 * The memory of all writes of a store: buffers are handed out in the order in which they are asked for, only so many bytes
 * together. Those that came back are used again, since garbage of their size is collected late, and count as well.
 */
export class BufferPool {
  #used = 0;
  #free: Buffer[] = [];
  #waiting: Array<{ size: number; give(buffer: Buffer): void }> = [];

  constructor(private readonly total: number) {}

  /** Bytes that it holds, in use or not. */
  get held(): number {
    return this.#free.reduce((sum, { length }) => sum + length, this.#used);
  }

  /** Waits for room. More than the whole are given when nothing else is out. */
  async take(size: number): Promise<Buffer> {
    return await new Promise(give => {
      this.#waiting.push({ size, give });
      this.#serve();
    });
  }

  /** @param isRead - whether nobody reads it any more; one that somebody may still read is left to the garbage collector */
  giveBack(buffer: Buffer, isRead: boolean): void {
    this.#used -= buffer.length;
    if (isRead) {
      this.#free.push(buffer);
    }
    this.#serve();
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const { size, give } = next;
      if (this.#used > 0 && this.#used + size > this.total) {
        return;
      }
      this.#waiting.shift();
      this.#used += size;
      give(this.#find(size));
    }
  }

  #find(size: number): Buffer {
    const index = this.#free.findIndex(({ length }) => length === size);
    const buffer =
      index < 0 ? Buffer.allocUnsafeSlow(size) : this.#free.splice(index, 1)[0];
    while (this.#free.length > 0 && this.held > this.total) {
      this.#free.shift();
    }
    return buffer;
  }
}
