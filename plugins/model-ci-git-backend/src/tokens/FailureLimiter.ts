export interface FailureLimiterOptions {
  maxFailures: number;
  windowMs: number;
  now?: () => number;
}

const MAX_SOURCES = 10_000;

/**
 * Counts wrong tokens per address. It slows down who tries; a right token is never refused, so that one broken
 * client behind a shared address does not lock the others out.
 */
export class FailureLimiter {
  readonly #options: FailureLimiterOptions;
  readonly #now: () => number;
  readonly #failures = new Map<string, { count: number; until: number }>();

  constructor(options: FailureLimiterOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Notes a failure. Answers how many seconds to stay away, 0 while below the limit. */
  fail(source: string): number {
    const now = this.#now();
    const known = this.#failures.get(source);
    const entry =
      known && known.until > now
        ? known
        : { count: 0, until: now + this.#options.windowMs };
    entry.count += 1;
    this.#failures.delete(source);
    this.#failures.set(source, entry);
    const oldest = this.#failures.keys().next();
    if (this.#failures.size > MAX_SOURCES && !oldest.done) {
      this.#failures.delete(oldest.value);
    }
    return entry.count > this.#options.maxFailures
      ? Math.ceil((entry.until - now) / 1000)
      : 0;
  }
}
