import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { ClaimAttemptsArgs } from '../database/operations/attempts/claimAttempts';
import {
  finishAttempts,
  type EndedAttempt,
  type FinishedAttempts,
} from '../database/operations/attempts/finishAttempts';
import { markCleaned } from '../database/operations/attempts/markCleaned';
import {
  storePhases,
  type AttemptPhaseWrite,
} from '../database/operations/attempts/storePhases';
import {
  storeHandles,
  type AttemptHandle,
} from '../database/operations/attempts/storeHandles';
import {
  appendLogs,
  type LogAppendix,
} from '../database/operations/logs/appendLogs';
import type { AdvanceContext } from '../database/operations/runs/advanceRun';
import { assertTicketHeld } from '../database/operations/ticket';
import { followUp } from './followUp';
import { GroupCommit, Lane } from './GroupCommit';

const MAX_ATTEMPTS = 100;
const MAX_LOG_BYTES = 4 * 1024 * 1024;

/** A handle that is not worth storing any more is left out. */
type PendingHandle = AttemptHandle & { isNeeded(): boolean };

/**
 * Stores what works on attempts have to say, many at once: whatever comes while a transaction is under way goes
 * into the next one. One transaction at a time for what runs, so that two of this process never wait for each
 * other's rows in a circle. A write under a lost ticket rejects with `TicketLostError`, and keeps back none of
 * the others.
 */
export class AttemptWrites {
  private readonly lane = new Lane();
  private readonly handles: GroupCommit<PendingHandle, boolean>;
  private readonly phases: GroupCommit<AttemptPhaseWrite, boolean>;
  private readonly logs: GroupCommit<LogAppendix, boolean>;
  private readonly ends: GroupCommit<EndedAttempt, boolean>;
  private readonly cleaned: GroupCommit<string, void>;

  constructor(
    private readonly options: {
      db: Knex;
      logger: LoggerService;
      context: AdvanceContext;
      /** Milliseconds since 1970. */
      now(): number;
      createClaim(): ClaimAttemptsArgs;
      /** Called after each commit of ends. */
      onFinished(finished: FinishedAttempts): void;
    },
  ) {
    const { db } = options;
    const { lane } = this;
    const attemptIdOf = ({ attemptId }: { attemptId: string }) => attemptId;
    this.handles = new GroupCommit<PendingHandle, boolean>({
      lane,
      keyOf: attemptIdOf,
      full: MAX_ATTEMPTS,
      commit: async handles => {
        const needed = handles.filter(handle => handle.isNeeded());
        const stored =
          needed.length > 0
            ? await storeHandles(db, needed)
            : new Set<string>();
        return handles.map(
          handle => !needed.includes(handle) || stored.has(handle.ticket),
        );
      },
    });
    this.phases = new GroupCommit<AttemptPhaseWrite, boolean>({
      lane,
      keyOf: attemptIdOf,
      full: MAX_ATTEMPTS,
      commit: async phases => {
        const stored = await storePhases(db, phases);
        return phases.map(({ ticket }) => stored.has(ticket));
      },
    });
    this.logs = new GroupCommit<LogAppendix, boolean>({
      lane,
      keyOf: attemptIdOf,
      weigh: ({ data }) => data.length,
      full: MAX_LOG_BYTES,
      commit: async pieces => {
        const stored = await appendLogs(db, {
          pieces,
          at: this.time(),
        });
        return pieces.map(({ ticket }) => stored.has(ticket));
      },
    });
    this.ends = new GroupCommit<EndedAttempt, boolean>({
      lane,
      keyOf: attemptIdOf,
      full: MAX_ATTEMPTS,
      commit: ended => this.finish(ended),
    });
    this.cleaned = new GroupCommit<string, void>({
      // Nobody else writes to an attempt that has ended.
      lane: new Lane(),
      keyOf: attemptId => attemptId,
      full: MAX_ATTEMPTS,
      commit: async attemptIds => {
        await markCleaned(db, { attemptIds, at: this.time() });
        return attemptIds.map(() => {});
      },
    });
  }

  /** Stores the handle unless its end comes first, which stores it too; `isNeeded` says when it is about to be. */
  async storeHandle(handle: PendingHandle): Promise<void> {
    assertHeld(await this.handles.add(handle), handle.attemptId);
  }

  async storePhase(phase: AttemptPhaseWrite): Promise<void> {
    assertHeld(await this.phases.add(phase), phase.attemptId);
  }

  async appendLog(piece: LogAppendix): Promise<void> {
    assertHeld(await this.logs.add(piece), piece.attemptId);
  }

  async finishAttempt(ended: EndedAttempt): Promise<void> {
    assertHeld(await this.ends.add(ended), ended.attemptId);
  }

  async markCleaned(attemptId: string): Promise<void> {
    await this.cleaned.add(attemptId);
  }

  /** Does something else that writes to several attempts of this process, in its turn. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    return await this.lane.run(work);
  }

  private time(): string {
    return new Date(this.options.now()).toISOString();
  }

  private async finish(ended: EndedAttempt[]): Promise<boolean[]> {
    const { db, logger, context, createClaim, onFinished } = this.options;
    const finished = await finishAttempts(db, {
      ended,
      context,
      createClaim,
      at: this.time(),
    });
    followUp(logger, 'The end of attempts', () => onFinished(finished));
    return ended.map(({ attemptId }) => finished.attempts.has(attemptId));
  }
}

function assertHeld(held: boolean, attemptId: string): void {
  assertTicketHeld(held ? 1 : 0, 'attempt', attemptId);
}
