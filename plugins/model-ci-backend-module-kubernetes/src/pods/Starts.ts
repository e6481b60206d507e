import {
  abortError,
  untilAborted,
  type Handle,
  type PendingPhase,
} from '@model-ci/backstage-plugin-model-ci-node';

export interface StartSignals {
  /** Aborts when nothing of the attempt may be started any more. */
  withdrawn: AbortSignal;
  /** Aborts when nobody waits for the start any more. */
  abandoned: AbortSignal;
}

type OnPhase = (phase: PendingPhase) => void;
type Begin = (signals: StartSignals, onPhase: OnPhase) => Promise<Handle>;

class Start {
  private readonly withdrawing = new AbortController();
  private readonly abandoning = new AbortController();
  private readonly followers = new Set<OnPhase>();
  private readonly handle: Promise<Handle>;
  private phase?: PendingPhase;

  constructor(begin: Begin, onEnd: () => void) {
    const signals = {
      withdrawn: this.withdrawing.signal,
      abandoned: this.abandoning.signal,
    };
    this.handle = begin(signals, phase => this.show(phase)).finally(onEnd);
    this.handle.catch(() => {});
  }

  get isAbandoned(): boolean {
    return this.abandoning.signal.aborted;
  }

  async ended(): Promise<void> {
    await this.handle.catch(() => {});
  }

  async withdraw(): Promise<void> {
    this.withdrawing.abort();
    await this.ended();
  }

  async join({
    onPhase,
    signal = new AbortController().signal,
  }: {
    onPhase: OnPhase;
    signal?: AbortSignal;
  }): Promise<Handle> {
    this.followers.add(onPhase);
    if (this.phase) {
      onPhase(this.phase);
    }
    const leaving = new AbortController();
    const leave = () => {
      this.followers.delete(onPhase);
      if (this.followers.size > 0) {
        leaving.abort(signal.reason);
      } else {
        // It may have been started by now: then that is the answer
        this.abandoning.abort();
      }
    };
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) {
      leave();
    }
    try {
      return await untilAborted(this.handle, leaving.signal);
    } catch (error) {
      throw signal.aborted || this.withdrawing.signal.aborted
        ? abortError(signal)
        : error;
    } finally {
      signal.removeEventListener('abort', leave);
      this.followers.delete(onPhase);
    }
  }

  private show(phase: PendingPhase): void {
    this.phase = phase;
    this.followers.forEach(follow => follow(phase));
  }
}

/** The starts of attempts that are under way in this process. Whoever asks for one that is under way joins it. */
export class Starts {
  private readonly underWay = new Map<string, Start>();

  async join(
    attemptId: string,
    asks: { onPhase: OnPhase; signal?: AbortSignal },
    begin: Begin,
  ): Promise<Handle> {
    let start = this.underWay.get(attemptId);
    while (start?.isAbandoned) {
      await start.ended();
      start = this.underWay.get(attemptId);
    }
    if (!start) {
      start = new Start(begin, () => this.underWay.delete(attemptId));
      this.underWay.set(attemptId, start);
    }
    return await start.join(asks);
  }

  /** Resolves when none of an attempt is under way. */
  async withdraw(attemptId: string): Promise<void> {
    await this.underWay.get(attemptId)?.withdraw();
  }
}
