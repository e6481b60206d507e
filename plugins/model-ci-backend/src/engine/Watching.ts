/** Longer than one look waits for an executor. A look that takes as long was interrupted: its machine slept. */
const LONGEST_LOOK_MS = 60_000;

/**
 * For how long a replica has looked at the nodes without a break. A machine that slept, a database that was away: after
 * that everything looks as if it had not been seen for long, and nothing follows from it. A look that waits for an executor
 * which does not answer is no break.
 */
export class Watching {
  private since?: number;
  private last = 0;

  constructor(private readonly longestBreakMs: number) {}

  note(began: number, ended = began): void {
    if (
      this.since === undefined ||
      began - this.last > this.longestBreakMs ||
      ended - began > LONGEST_LOOK_MS
    ) {
      this.since = ended;
    }
    this.last = ended;
  }

  /** For how many milliseconds looks have followed one another by now. */
  lasted(now: number): number {
    return this.since === undefined || now - this.last > this.longestBreakMs
      ? 0
      : this.last - this.since;
  }

  /** A look failed. */
  interrupt(): void {
    this.since = undefined;
  }
}
