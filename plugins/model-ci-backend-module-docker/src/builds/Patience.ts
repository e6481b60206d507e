/** Longer trouble is for another attempt, perhaps on another engine. */
const PATIENCE_MS = 10 * 60_000;
/** Before the time limit, so that not the limit is the reason, which would blame the stage. */
const MARGIN_MS = 5_000;

/** How long trouble of an engine or a registry is waited for: it costs no work of hours, but ends before the time limit does. */
export class Patience {
  private since: number | undefined;

  constructor(
    private readonly deadlineAt: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Whether there is time for another try after a pause. */
  lasts(pauseMs: number): boolean {
    const now = this.now();
    this.since ??= now;
    const end = Math.min(this.since + PATIENCE_MS, this.deadlineAt - MARGIN_MS);
    return now + pauseMs < end;
  }

  /** It went well meanwhile. */
  renew(): void {
    this.since = undefined;
  }
}
