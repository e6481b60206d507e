import type {
  Executor,
  Handle,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { GiveUp } from './settleAttempt';
import type { CancelReason } from './submitAttempt';

/** What others want of an attempt under work: that it is killed, or that nobody waits for its results any more. */
export class AttemptControl {
  private reason?: CancelReason;
  private target?: { executor: Executor; handle: Handle };
  private starting = new AbortController();
  private killing?: Promise<void>;
  private isCollecting = false;
  private isEvicting = false;
  private wasEvicted = false;
  private readonly givingUp = new AbortController();

  constructor(private readonly warn: (what: string, error: unknown) => void) {}

  /** Why it is to be killed, if it is. */
  get cancelled(): CancelReason | undefined {
    return this.reason;
  }

  /** Whether it is killed for nothing but to have its node empty. */
  get isEvicted(): boolean {
    return this.wasEvicted && this.reason === undefined;
  }

  /** Whether it is to leave its node, and nothing else is wanted of it. */
  get isLeaving(): boolean {
    return this.isEvicting && this.reason === undefined;
  }

  /** Aborts with a `GiveUp` as its reason. */
  get givenUp(): AbortSignal {
    return this.givingUp.signal;
  }

  /** Has the attempt killed; asking again repeats it only where it failed. */
  cancel(reason: CancelReason): void {
    this.reason ??= reason;
    if (this.isCollecting && reason === 'cancelled') {
      this.giveUp({ type: 'cancelled' });
    } else {
      this.kill(this.reason);
    }
  }

  /** Has the attempt killed to be run elsewhere; what has exited keeps its results. */
  evict(): void {
    if (!this.isCollecting) {
      this.isEvicting = true;
      // Also where the kill fails: it may have reached its node all the same.
      this.wasEvicted ||= this.target !== undefined;
      this.kill('cancelled');
    }
  }

  /** Its node need not be empty any more: what nobody has tried to kill yet is not killed. */
  stay(): void {
    this.isEvicting = false;
  }

  /** Has nobody wait for its results any more; of no effect while it runs. */
  giveUp(giveUp: GiveUp): void {
    if (this.isCollecting && !this.givingUp.signal.aborted) {
      this.givingUp.abort(giveUp);
    }
  }

  /** It is submitted; the signal aborts once it need not be started any more. */
  start(): AbortSignal {
    this.starting = new AbortController();
    if (this.reason || this.isEvicting) {
      this.starting.abort();
    }
    return this.starting.signal;
  }

  /** The executor has it: what was cancelled before is killed now. */
  attach(executor: Executor, handle: Handle): void {
    this.target = { executor, handle };
    if (this.reason) {
      this.cancel(this.reason);
    } else if (this.isEvicting) {
      this.evict();
    }
  }

  /** It has exited: nothing is left to be killed, only its results can be given up. */
  collect(): void {
    this.isCollecting = true;
    if (this.reason === 'cancelled') {
      this.giveUp({ type: 'cancelled' });
    }
  }

  private kill(reason: CancelReason): void {
    this.starting.abort();
    if (!this.target || this.killing) {
      return;
    }
    const { executor, handle } = this.target;
    this.killing = executor.cancel(handle, reason).catch(error => {
      this.killing = undefined;
      this.warn('could not be cancelled yet', error);
    });
  }
}
