/**
 * For how long a replica has looked at the nodes without a break. A machine that slept, a database that was away: after
 * that everything looks as if it had not been seen for long, and nothing follows from it.
 */
export class Watching {
  private since?: number;
  private last = 0;

  constructor(private readonly longestBreakMs: number) {}

  /** Notes a look, and answers since how many milliseconds there was no break. */
  note(now: number): number {
    if (this.since === undefined || now - this.last > this.longestBreakMs) {
      this.since = now;
    }
    this.last = now;
    return now - this.since;
  }

  /** A look failed. */
  interrupt(): void {
    this.since = undefined;
  }
}
