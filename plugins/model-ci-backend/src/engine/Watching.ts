/**
 * For how long a replica has looked at the nodes without a break. A machine that slept, a database that was away: after
 * that everything looks as if it had not been seen for long, and nothing follows from it.
 */
export class Watching {
  private since?: number;
  private last = 0;

  constructor(private readonly longestBreakMs: number) {}

  note(now: number): void {
    if (this.since === undefined || now - this.last > this.longestBreakMs) {
      this.since = now;
    }
    this.last = now;
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
