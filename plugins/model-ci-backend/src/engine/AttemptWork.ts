import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import {
  reason,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import type {
  ArtifactStore,
  Executor,
  Handle,
  Outcome,
  Phase,
} from '@model-ci/backstage-plugin-model-ci-node';
import {
  deadlineOf,
  type Claim,
} from '../database/operations/attempts/claimAttempts';
import {
  findClaimedAttempt,
  type ClaimedAttemptRow,
} from '../database/operations/attempts/findClaimedAttempt';
import type { AttemptEnd } from '../database/operations/attempts/finishAttempts';
import { hasEnded } from '../database/operations/attempts/hasEnded';
import type { AdvanceContext } from '../database/operations/runs/advanceRun';
import { listStageArtifacts } from '../database/operations/stages/listStageArtifacts';
import { listUploads } from '../database/operations/transfers/listUploads';
import { TicketLostError } from '../database/operations/ticket';
import type { DeliveredPart } from '../evaluations/delivered';
import type { TransferUrls } from '../transfers/TransferUrls';
import { createAttemptSpec } from './attemptSpec';
import type { AttemptWrites } from './AttemptWrites';
import { copyLog } from '../logs/copyLog';
import { attemptPhase as toAttemptPhase, readExit } from './phases';
import { copyAttemptLog } from './copyAttemptLog';
import { HandleKeeping } from './HandleKeeping';
import { Hold } from './Hold';
import { judgeOutcome } from './outcome';
import { neededStages } from '../planning/planner';
import { readHandle } from './readHandle';
import { messageOf, stackOf } from './retry';
import {
  settleAttempt,
  settleExited,
  type Exited,
  type GiveUp,
  type Subject,
} from './settleAttempt';
import {
  submitAttempt,
  type CancelReason,
  type Submission,
} from './submitAttempt';
import type { EngineConfig } from './types';

export interface AttemptWorkOptions {
  db: Knex;
  logger: LoggerService;
  executors: ReadonlyMap<string, Executor>;
  store: ArtifactStore;
  transfers?: Pick<TransferUrls, 'sign'>;
  config: EngineConfig;
  context: AdvanceContext;
  writes: AttemptWrites;
  /** Milliseconds since 1970. */
  now(): number;
  /** Whether the attempts on a node may be pending there. */
  isCluster(node: string): boolean;
  /** Called after bytes of the log were stored, and after the end. */
  onLog(attemptId: string): void;
  /** Called after the phase of an attempt of a run was stored. */
  onPhase(runId: string): void;
  /** Called when an attempt holds nothing of its node any more, though it has not ended for the run. */
  onCollecting(): void;
}

/**
 * Works on one claimed attempt, from its submission or from where a predecessor left off to its end. Every
 * write names the ticket; once that is lost the work stops and leaves the attempt alone.
 */
export class AttemptWork {
  readonly attemptId: string;
  readonly ticket: string;
  /** When the attempt has to end, once that is known. */
  deadlineAt?: string;
  private readonly hold: Hold;
  private readonly row?: ClaimedAttemptRow;
  private handle?: Handle;
  private executor?: Executor;
  private cancelReason?: CancelReason;
  private cancelling?: Promise<void>;
  private keeping?: HandleKeeping;
  /** Whether it waits in its cluster, and since when. */
  private isPending = false;
  private pendingSince?: string;
  private isCollecting = false;
  private readonly givingUp = new AbortController();
  /** Where it was submitted from here, so that nobody else may know of it. */
  private submittedTo?: { executor: Executor; node: string };

  constructor(
    private readonly options: AttemptWorkOptions,
    claim: Claim,
    /** Whether somebody else may have submitted the attempt before. */
    private readonly rescued: boolean,
  ) {
    const { logger, config, now } = options;
    this.hold = new Hold(claim, {
      logger,
      retryDelayMs: config.retryDelayMs,
      now,
    });
    this.attemptId = claim.attemptId;
    this.ticket = claim.ticket;
    this.row = claim.row;
  }

  /** Lets go of the attempt without ending it. */
  abort(): void {
    this.hold.release();
  }

  /** Has the attempt killed; asking again repeats it only where it failed. */
  cancel(reason: CancelReason): void {
    this.cancelReason ??= reason;
    if (this.isCollecting && reason === 'cancelled') {
      this.giveUp({ type: 'cancelled' });
      return;
    }
    const { handle, executor, cancelReason } = this;
    if (!handle || !executor || this.cancelling) {
      return;
    }
    this.cancelling = executor.cancel(handle, cancelReason).catch(error => {
      this.cancelling = undefined;
      this.options.logger.warn(
        `Attempt ${this.attemptId} could not be cancelled yet: ${messageOf(
          error,
        )}`,
      );
    });
  }

  /** Has nobody wait for its results any more; of no effect while it runs. */
  giveUp(giveUp: GiveUp): void {
    if (this.isCollecting && !this.givingUp.signal.aborted) {
      this.givingUp.abort(giveUp);
    }
  }

  /** Resolves when there is nothing more to do for the holder of this claim; never rejects. */
  async run(): Promise<void> {
    const { logger } = this.options;
    try {
      await this.work();
    } catch (error) {
      if (error instanceof TicketLostError) {
        logger.warn(`${error.message}; it is left to its new holder`);
      } else if (!this.hold.signal.aborted) {
        // The lease runs out, and whoever rescues the attempt then tries again.
        logger.error(`Work on attempt ${this.attemptId} broke off`, {
          run: this.hold.runId,
          error: stackOf(error),
        });
      }
      this.hold.release();
      await this.keeping?.settled();
      await this.withdrawIfEnded();
    } finally {
      this.hold.release();
    }
  }

  /** The attempt's whole way, in the order in which it happens. */
  private async work(): Promise<void> {
    const subject = await this.read();
    const before = readExit(subject.attempt);
    const submitted = await this.submit(subject);
    if (submitted.type === 'ended') {
      await this.end(subject, submitted.end);
      return;
    }
    const { handle } = submitted;
    const { outcome, completeLog } = before
      ? { outcome: before, completeLog: () => this.copyRest(subject, handle) }
      : await this.follow(subject, handle);
    if (outcome.type === 'exited') {
      await this.settle(subject, handle, outcome, completeLog);
    } else {
      await this.end(subject, this.judge(subject, outcome));
    }
  }

  private async read(): Promise<Subject> {
    const { db, executors, context } = this.options;
    const attempt = this.row ?? (await findClaimedAttempt(db, this));
    const executor = executors.get(attempt.executor);
    const content = await context.loadContent(db, this.hold.runId);
    if (!executor || !content) {
      throw new Error(
        `Attempt ${attempt.id} was claimed without its executor or definition`,
      );
    }
    this.executor = executor;
    this.deadlineAt = attempt.deadline_at ?? undefined;
    this.isPending = attempt.phase === 'pending';
    if (this.isPending) {
      this.pendingSince = attempt.phase_since ?? undefined;
    }
    this.isCollecting = attempt.phase === 'collecting';
    if (attempt.cancel_requested_at !== null) {
      this.cancel('cancelled');
    }
    return {
      attempt,
      executor,
      ...content,
      stage: content.definition.stages[attempt.stage_name],
    };
  }

  private async submit(subject: Subject): Promise<Submission> {
    const { config, store, transfers } = this.options;
    const { attempt, executor, stage } = subject;
    if (attempt.handle !== null) {
      const handle = readHandle(attempt.handle);
      this.attach(handle);
      return { type: 'submitted', handle };
    }
    const spec = createAttemptSpec({
      attempt,
      content: subject,
      executor,
      artifacts: await this.listArtifacts(subject),
      store,
      maxLogBytes: config.maxLogBytes,
      isCluster: this.options.isCluster(attempt.node ?? ''),
      ...(transfers && { transfers }),
    });
    this.submittedTo = { executor, node: spec.node };
    const submission = await submitAttempt({
      hold: this.hold,
      executor,
      spec,
      stage,
      retries: config.executorRetries,
      rescued: this.rescued,
      cancelled: () => this.cancelReason,
    });
    if (submission.type === 'submitted') {
      this.attach(submission.handle);
      this.keepHandle(
        submission.handle,
        this.options.isCluster(spec.node)
          ? undefined
          : deadlineOf(new Date(this.options.now()), stage.timeoutSeconds),
      );
    }
    return submission;
  }

  private attach(handle: Handle): void {
    this.handle = handle;
    if (this.cancelReason) {
      this.cancel(this.cancelReason);
    }
  }

  private keepHandle(handle: Handle, deadlineAt: string | undefined): void {
    const { attemptId, ticket } = this;
    this.deadlineAt = deadlineAt;
    this.keeping = new HandleKeeping(
      this.options.writes,
      {
        attemptId,
        ticket,
        handle,
        ...(deadlineAt !== undefined && { deadlineAt }),
      },
      error => {
        if (error instanceof TicketLostError) {
          this.abort();
        }
        this.options.logger.warn(
          `The handle of attempt ${attemptId} was not stored: ${messageOf(
            error,
          )}`,
        );
      },
    );
  }

  /** Waits for the outcome while the log is copied. What is missing of the log then is for `completeLog`. */
  private async follow(
    subject: Subject,
    handle: Handle,
  ): Promise<{ outcome: Outcome; completeLog(): Promise<void> }> {
    const observed = this.observe(subject, handle);
    const [outcome, logFailure] = await Promise.all([
      observed,
      this.copyLog(subject, handle, observed),
    ]);
    return {
      outcome,
      completeLog: async () => {
        if (logFailure !== undefined) {
          await this.copyRest(subject, handle);
        }
      },
    };
  }

  private async settle(
    subject: Subject,
    handle: Handle,
    outcome: Exited,
    completeLog: () => Promise<void>,
  ): Promise<void> {
    const { now } = this.options;
    const { phase, phase_since: since } = subject.attempt;
    this.deadlineAt = undefined;
    this.isCollecting = true;
    if (this.cancelReason === 'cancelled') {
      this.giveUp({ type: 'cancelled' });
    }
    await settleExited(
      {
        ...this.settleOptions(subject),
        handle,
        endedAt:
          phase === 'collecting' && since !== null
            ? since
            : new Date(now()).toISOString(),
        givenUp: this.givingUp.signal,
        completeLog,
        onCollecting: () => this.options.onCollecting(),
      },
      outcome,
    );
    this.options.onLog(this.attemptId);
  }

  private judge({ stage }: Subject, outcome: Outcome): AttemptEnd {
    const { config } = this.options;
    const timedOut = outcome.type === 'killed' && outcome.reason === 'timeout';
    return timedOut && this.isPending && stage.queueTimeoutSeconds !== undefined
      ? {
          outcome,
          status: 'errored',
          reason: reason('attempt.queueTimeout', {
            timeout: { seconds: stage.queueTimeoutSeconds },
          }),
          final: true,
        }
      : judgeOutcome(outcome, stage, config);
  }

  private async end(subject: Subject, end: AttemptEnd): Promise<void> {
    await settleAttempt(this.settleOptions(subject), end);
    this.options.onLog(this.attemptId);
  }

  private settleOptions(subject: Subject) {
    const { store, config, writes } = this.options;
    const { hold, handle } = this;
    return {
      hold,
      subject,
      handle,
      store,
      config,
      writes,
      delivered: () => this.listDelivered(subject),
      uploads: () => listUploads(this.options.db, this),
      beforeStore: async () => this.keeping?.giveWay(),
    };
  }

  private async listDelivered(subject: Subject): Promise<DeliveredPart[]> {
    const { store } = this.options;
    const artifacts = await this.listArtifacts(subject);
    return [
      {
        from: { type: 'source' },
        open: () => store.open(subject.sourceDigest),
      },
      ...artifacts.map(
        ({ stage, name, digest }): DeliveredPart => ({
          from: { type: 'artifact', stage, name },
          open: () => store.open(digest),
        }),
      ),
    ];
  }

  private async listArtifacts({ attempt, definition }: Subject) {
    const stages = neededStages(definition.stages, attempt.stage_name).filter(
      name => Object.keys(definition.stages[name].artifacts).length > 0,
    );
    if (stages.length === 0) {
      return [];
    }
    const artifacts = await listStageArtifacts(this.options.db, {
      runId: this.hold.runId,
      stages,
    });
    return stages.flatMap(name =>
      artifacts.filter(artifact => artifact.stage === name),
    );
  }

  /** Whatever goes wrong while waiting is no end: only an outcome is. */
  private async observe(
    { executor, stage }: Subject,
    handle: Handle,
  ): Promise<Outcome> {
    const { signal } = this.hold;
    for (let failures = 0; ; ) {
      try {
        return await executor.observe(handle, signal, phase =>
          this.onPhase(phase, stage, handle),
        );
      } catch (error) {
        signal.throwIfAborted();
        await this.hold.pauseAfter(++failures, 'observed', error);
      }
    }
  }

  /** Its time runs from `running`; before that, only the time that the stage may wait. */
  private onPhase(phase: Phase, stage: StageDefinition, handle: Handle): void {
    const noted = toAttemptPhase(phase, stage, {
      now: this.options.now(),
      ...(this.pendingSince !== undefined && { since: this.pendingSince }),
    });
    this.isPending = noted.type === 'pending';
    this.pendingSince = noted.type === 'pending' ? noted.since : undefined;
    this.deadlineAt = noted.deadlineAt;
    const { attemptId, ticket } = this;
    this.options.writes
      .storePhase({ attemptId, ticket, handle, phase: noted })
      .then(() => this.options.onPhase(this.hold.runId))
      .catch(error => {
        if (error instanceof TicketLostError) {
          this.abort();
        }
        this.hold.warn(
          `The phase of attempt ${attemptId} was not stored`,
          error,
        );
      });
  }

  /** Copies the log of an attempt that has ended, from the last stored byte on. */
  private async copyRest({ executor }: Subject, handle: Handle): Promise<void> {
    const { db, config } = this.options;
    const { log_size: size } = await findClaimedAttempt(db, this);
    await copyLog({
      start: Number(size),
      maxBytes: config.maxLogBytes,
      open: (offset, signal) => executor.readLogs(handle, offset, signal),
      append: (start, data) => this.append(start, data),
      signal: this.hold.signal,
    });
  }

  /** Answers why the log is not complete, if it is not. */
  private async copyLog(
    { attempt, executor }: Subject,
    handle: Handle,
    observed: Promise<Outcome>,
  ): Promise<string | undefined> {
    try {
      return await copyAttemptLog({
        config: this.options.config,
        start: Number(attempt.log_size),
        open: (offset, signal) => executor.readLogs(handle, offset, signal),
        append: (start, data) => this.append(start, data),
        onLimit: () => this.cancel('log-limit'),
        pauseAfter: (failures, error) =>
          this.hold.pauseAfter(failures, 'read', error),
        observed,
        signal: this.hold.signal,
      });
    } catch (error) {
      // Nothing may go on waiting for an attempt whose log cannot be kept.
      this.abort();
      throw error;
    }
  }

  private async append(start: number, data: Buffer): Promise<void> {
    const { attemptId, ticket } = this;
    await this.options.writes.appendLog({ attemptId, ticket, start, data });
    this.options.onLog(attemptId);
  }

  /**
   * A submission that was still under way when the ticket was lost may start what its new holder has withdrawn
   * and ended. Nobody else would ever learn of that.
   */
  private async withdrawIfEnded(): Promise<void> {
    if (!this.submittedTo || this.keeping?.isStored()) {
      return;
    }
    const { db, logger } = this.options;
    const { attemptId } = this;
    const { executor, node } = this.submittedTo;
    try {
      if (await hasEnded(db, { attemptId })) {
        await executor.withdraw({ attemptId, node });
      }
    } catch (error) {
      logger.warn(
        `Whether attempt ${attemptId} still runs on ${node} is not known: ${messageOf(
          error,
        )}`,
      );
    }
  }
}
