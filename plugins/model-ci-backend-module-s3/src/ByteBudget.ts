/** Bounds the bytes that all transfers of a store hold in memory together. */
export class ByteBudget {
  #used = 0;
  #waiting: Array<() => void> = [];

  constructor(private readonly total: number) {}

  /** Waits for room. More than the whole budget are let in when nothing else is. */
  async take(bytes: number): Promise<void> {
    while (this.#used > 0 && this.#used + bytes > this.total) {
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
    this.#used += bytes;
  }

  giveBack(bytes: number): void {
    this.#used -= bytes;
    const waiting = this.#waiting;
    this.#waiting = [];
    waiting.forEach(wake => wake());
  }
}
