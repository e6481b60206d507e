/** Which process has stored bytes of an attempt's log, or has ended it. */
export type LogOrigin = 'here' | 'elsewhere';

type Listener = (attemptId: string, origin: LogOrigin) => void;

/** Announces attempts whose log has grown or ended. */
export class LogSignal {
  private readonly listeners = new Set<Listener>();

  subscribe(listener: Listener): void {
    this.listeners.add(listener);
  }

  notify(attemptId: string, origin: LogOrigin = 'here'): void {
    this.listeners.forEach(listener => listener(attemptId, origin));
  }
}
