/** What the builder says before each of its steps. */
const STEP = /^Step (\d{1,6})\/(\d{1,6}) : /;

/**
 * Counts the steps in the output of a build. What a command prints may look like a step as well, and counts only where
 * it is the next one.
 */
export class BuildSteps {
  current = 0;
  private total: string | undefined;

  /** Whether this begins a step. */
  take(text: string): boolean {
    const [, step, total] = STEP.exec(text) ?? [];
    const isNext =
      Number(step) === this.current + 1 && total === (this.total ?? total);
    if (isNext) {
      this.total = total;
      this.current = Number(step);
    }
    return isNext;
  }
}
