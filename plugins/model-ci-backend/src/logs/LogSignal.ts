import { EventEmitter, once } from 'node:events';

/** Tells readers of this process that bytes were stored, or that an attempt ended. */
export class LogSignal {
  private readonly events = new EventEmitter().setMaxListeners(0);

  notify(attemptId: string): void {
    this.events.emit(attemptId);
  }

  /** Waits for a notice about an attempt, but no longer than the time given and than the signal allows. */
  async wait(
    attemptId: string,
    milliseconds: number,
    signal: AbortSignal,
  ): Promise<void> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
    await once(this.events, attemptId, { signal: limit }).catch(error => {
      if (!limit.aborted) {
        throw error;
      }
    });
  }
}
