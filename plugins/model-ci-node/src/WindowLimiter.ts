export interface WindowLimiterOptions {
  max: number;
  windowMs: number;
  now?: () => number;
}

const MAX_SOURCES = 10_000;

/** Counts what comes from a source within a span of time, and says how long to stay away once that is too much. */
export class WindowLimiter {
  readonly #options: WindowLimiterOptions;
  readonly #now: () => number;
  readonly #counts = new Map<string, { count: number; until: number }>();

  constructor(options: WindowLimiterOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Counts one more. Answers how many seconds to stay away, 0 while below the limit. */
  count(source: string): number {
    const now = this.#now();
    const known = this.#counts.get(source);
    const entry =
      known && known.until > now
        ? known
        : { count: 0, until: now + this.#options.windowMs };
    entry.count += 1;
    this.#counts.delete(source);
    this.#counts.set(source, entry);
    const oldest = this.#counts.keys().next();
    if (this.#counts.size > MAX_SOURCES && !oldest.done) {
      this.#counts.delete(oldest.value);
    }
    return entry.count > this.#options.max
      ? Math.ceil((entry.until - now) / 1000)
      : 0;
  }
}
