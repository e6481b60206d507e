import type { PodState } from '../pods/classify';

/** Finds out when a stage was let go, which its pod does not show: its containers run before, while the workspace comes. */
export class StageStart {
  /** Once it is known. */
  at?: string;
  private isAsking = false;
  private readonly stopping = new AbortController();

  constructor(
    private readonly options: {
      /** Waits until it was let go. */
      ask(signal: AbortSignal): Promise<string>;
      onKnown(): void;
    },
  ) {}

  /** Asks in the background, and again at a later look where that fails. */
  look(state: PodState | undefined): void {
    if (
      state?.type === 'running' &&
      this.at === undefined &&
      !this.isAsking &&
      !this.stopping.signal.aborted
    ) {
      this.isAsking = true;
      void this.ask();
    }
  }

  stop(): void {
    this.stopping.abort();
  }

  private async ask(): Promise<void> {
    const { ask, onKnown } = this.options;
    try {
      this.at = await ask(this.stopping.signal);
      onKnown();
    } catch {
      // It may have ended meanwhile, which the watch shows
    } finally {
      this.isAsking = false;
    }
  }
}
