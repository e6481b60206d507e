import { isForbidden } from '../cluster/ApiError';
import type { PodState } from '../pods/classify';

/** Finds out when a stage was let go, which its pod does not show: its containers run before, while the workspace comes. */
export class StageStart {
  /** Once it is known. */
  at?: string;
  /** Why it will not be known before an administrator changes something. */
  refusal?: unknown;
  private isAsking = false;
  private failures = 0;
  private readonly stopping = new AbortController();

  constructor(
    private readonly options: {
      /** Waits until it was let go. */
      ask(signal: AbortSignal): Promise<string>;
      onChange(): void;
      /** `failures`: how many there were in a row. */
      onFailure(error: unknown, failures: number): void;
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
    const { ask, onChange, onFailure } = this.options;
    try {
      this.at = await ask(this.stopping.signal);
      onChange();
    } catch (error) {
      if (isForbidden(error)) {
        this.refusal = error;
        onChange();
      } else if (!this.stopping.signal.aborted) {
        onFailure(error, ++this.failures);
      }
    } finally {
      this.isAsking = false;
    }
  }
}
