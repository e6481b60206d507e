/** Work under way that nobody waits for, until somebody wants to know that all of it has ended. */
export class Tasks {
  private readonly running = new Set<Promise<void>>();

  /** Takes a task that handles its own failures. */
  track(task: Promise<void>): void {
    this.running.add(task);
    task.finally(() => this.running.delete(task)).catch(() => {});
  }

  /** Resolves once all tasks have ended, also those that came meanwhile. */
  async settled(): Promise<void> {
    while (this.running.size > 0) {
      await Promise.all(this.running);
    }
  }
}
