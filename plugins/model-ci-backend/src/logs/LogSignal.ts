/** Announces attempts whose bytes this process has stored, or that it has ended. */
export class LogSignal {
  private readonly listeners = new Set<(attemptId: string) => void>();

  subscribe(listener: (attemptId: string) => void): void {
    this.listeners.add(listener);
  }

  notify(attemptId: string): void {
    this.listeners.forEach(listener => listener(attemptId));
  }
}
