import { abortError } from '@model-ci/backstage-plugin-model-ci-node';

/** Wakes one who waits. A ring that nobody waits for is not lost. */
export class Bell {
  private hasRung = false;
  private wake: () => void = () => {};

  readonly ring = (): void => {
    this.hasRung = true;
    this.wake();
  };

  /** Until it rings, or for so long. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>(resolve => {
      this.wake = resolve;
      if (this.hasRung || signal.aborted) {
        resolve();
      }
      timer = setTimeout(resolve, ms);
      signal.addEventListener('abort', this.ring, { once: true });
    });
    clearTimeout(timer);
    signal.removeEventListener('abort', this.ring);
    this.hasRung = false;
    if (signal.aborted) {
      throw abortError(signal);
    }
  }
}
