import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Claim } from '../database/operations/attempts/claimAttempts';
import { Masks } from '../masking/Masks';
import { backOff, messageOf } from './retry';

/** What makes an attempt the work of this process: the ticket of its claim, until it is lost or released. */
export class AttemptLease {
  readonly attemptId: string;
  readonly runId: string;
  readonly ticket: string;
  private readonly releasing = new AbortController();
  private masks = Masks.none;

  constructor(
    claim: Claim,
    private readonly options: {
      logger: LoggerService;
      retryDelayMs: number;
      /** Milliseconds since 1970. */
      now(): number;
    },
  ) {
    this.attemptId = claim.attemptId;
    this.runId = claim.runId;
    this.ticket = claim.ticket;
  }

  /** Aborts with the release. */
  get signal(): AbortSignal {
    return this.releasing.signal;
  }

  now(): number {
    return this.options.now();
  }

  /** Hides what the attempt was given in what is logged of it. */
  mask(masks: Masks): void {
    this.masks = masks;
  }

  warn(what: string, error: unknown): void {
    this.options.logger.warn(this.masks.text(`${what}: ${messageOf(error)}`));
  }

  /** Lets go of the attempt without ending it. */
  release(): void {
    this.releasing.abort();
  }

  /**
   * Waits before something is tried again; rejects with an AbortError if the lease is released meanwhile. Another
   * signal ends the wait early.
   */
  async pauseAfter(
    failures: number,
    verb: string,
    error: unknown,
    early: { signal?: AbortSignal; maxDelayMs?: number } = {},
  ): Promise<void> {
    this.warn(
      `Attempt ${this.attemptId} could not be ${verb}; trying again`,
      error,
    );
    const signals = [this.signal, ...(early.signal ? [early.signal] : [])];
    try {
      await backOff(
        failures,
        this.options.retryDelayMs,
        AbortSignal.any(signals),
        early.maxDelayMs,
      );
    } catch (aborted) {
      this.signal.throwIfAborted();
      if (!early.signal?.aborted) {
        throw aborted;
      }
    }
  }
}
