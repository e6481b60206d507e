/** Work that waits, and what it is about. */
interface Waiting {
  key: string;
  work(): Promise<void>;
}

/**
 * Does work of many keys, a few pieces at a time, and one after the other of the same key. Keys take turns, so that many
 * pieces of one do not hold up those of others. What is too much is not taken.
 */
export class FairQueue {
  readonly #options: { workers: number; maxWaiting: number; maxPerKey: number };
  /** By key, the one whose turn is next first. */
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #busy = new Set<string>();
  #count = 0;

  constructor(options: {
    workers: number;
    maxWaiting: number;
    maxPerKey: number;
  }) {
    this.#options = options;
  }

  /** False where there is no room. `work` must not reject. */
  add(key: string, work: () => Promise<void>): boolean {
    const { maxPerKey, maxWaiting } = this.#options;
    const own = this.#waiting.get(key) ?? [];
    if (this.#count >= maxWaiting || own.length >= maxPerKey) {
      return false;
    }
    own.push({ key, work });
    this.#waiting.set(key, own);
    this.#count++;
    this.#fill();
    return true;
  }

  #fill(): void {
    while (this.#busy.size < this.#options.workers) {
      const next = this.#take();
      if (!next) {
        return;
      }
      this.#busy.add(next.key);
      void next.work().finally(() => {
        this.#busy.delete(next.key);
        this.#fill();
      });
    }
  }

  /** Of the first key that nobody works for; it goes to the end of the line. */
  #take(): Waiting | undefined {
    for (const [key, own] of this.#waiting) {
      if (!this.#busy.has(key)) {
        this.#waiting.delete(key);
        const next = own.shift();
        if (own.length > 0) {
          this.#waiting.set(key, own);
        }
        this.#count--;
        return next;
      }
    }
    return undefined;
  }
}
