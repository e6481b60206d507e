import type { LoggerService } from '@backstage/backend-plugin-api';
import { isError } from '@backstage/errors';
import type { Knex } from 'knex';
import type {
  ArtifactStore,
  Executor,
  Handle,
  Outcome,
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
import { TicketLostError } from '../database/operations/ticket';
import type { DeliveredPart } from '../evaluations/delivered';
import { createAttemptSpec } from './attemptSpec';
import type { AttemptWrites } from './AttemptWrites';
import { copyAttemptLog } from './copyAttemptLog';
import { endAttempt, endExited, type Subject } from './endAttempt';
import { HandleKeeping } from './HandleKeeping';
import { Hold } from './Hold';
import { judgeOutcome } from './outcome';
import { neededStages } from './planner';
import { messageOf } from './retry';
import {
  submitAttempt,
  type CancelReason,
  type Submission,
} from './submitAttempt';
import type { EngineConfig, StageResultsKeeper } from './types';

export interface AttemptWorkOptions {
  db: Knex;
  logger: LoggerService;
  executors: ReadonlyMap<string, Executor>;
  store: ArtifactStore;
  results: StageResultsKeeper;
  config: EngineConfig;
  context: AdvanceContext;
  writes: AttemptWrites;
  /** Called after bytes of the log were stored, and after the end. */
  onLog(attemptId: string): void;
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
  /** Where it was submitted from here, so that nobody else may know of it. */
  private submittedTo?: { executor: Executor; node: string };

  constructor(
    private readonly options: AttemptWorkOptions,
    claim: Claim,
    /** Whether somebody else may have submitted the attempt before. */
    private readonly rescued: boolean,
  ) {
    const { logger, config } = options;
    this.hold = new Hold(claim, { logger, retryDelayMs: config.retryDelayMs });
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
          error: isError(error) ? error.stack ?? error.message : String(error),
        });
      }
      this.hold.release();
      await this.keeping?.settled();
      await this.withdrawIfEnded();
    } finally {
      this.hold.release();
    }
  }

  private async work(): Promise<void> {
    const subject = await this.read();
    const submitted = await this.submit(subject);
    if (submitted.type === 'ended') {
      await this.end(subject, submitted.end);
      return;
    }
    const { handle } = submitted;
    const observed = this.observe(subject.executor, handle);
    const [outcome, logFailure] = await Promise.all([
      observed,
      this.copyLog(subject, handle, observed),
    ]);
    if (logFailure !== undefined && outcome.type !== 'lost') {
      await this.end(subject, {
        outcome,
        status: 'errored',
        reason: `Its log could not be read to the end: ${logFailure}`,
      });
    } else if (outcome.type === 'exited') {
      await endExited({ ...this.endOptions(subject), handle }, outcome);
      this.options.onLog(this.attemptId);
    } else {
      const { config } = this.options;
      await this.end(subject, judgeOutcome(outcome, subject.stage, config));
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
    const { config, store } = this.options;
    const { attempt, executor, stage } = subject;
    if (attempt.handle !== null) {
      const handle = JSON.parse(attempt.handle) as Handle;
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
        deadlineOf(new Date(), stage.timeoutSeconds),
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

  private keepHandle(handle: Handle, deadlineAt: string): void {
    const { attemptId, ticket } = this;
    this.deadlineAt = deadlineAt;
    this.keeping = new HandleKeeping(
      this.options.writes,
      { attemptId, ticket, handle, deadlineAt },
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

  private async end(subject: Subject, end: AttemptEnd): Promise<void> {
    await endAttempt(this.endOptions(subject), end);
    this.options.onLog(this.attemptId);
  }

  private endOptions(subject: Subject) {
    const { store, results, config, writes } = this.options;
    const { hold, handle } = this;
    return {
      hold,
      subject,
      handle,
      store,
      results,
      config,
      writes,
      delivered: () => this.listDelivered(subject),
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
  private async observe(executor: Executor, handle: Handle): Promise<Outcome> {
    const { signal } = this.hold;
    for (let failures = 0; ; ) {
      try {
        return await executor.observe(handle, signal);
      } catch (error) {
        signal.throwIfAborted();
        await this.hold.pauseAfter(++failures, 'observed', error);
      }
    }
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
