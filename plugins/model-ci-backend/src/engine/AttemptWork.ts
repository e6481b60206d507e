import type { LoggerService } from '@backstage/backend-plugin-api';
import { isError } from '@backstage/errors';
import type { Knex } from 'knex';
import type { StageDefinition } from '@model-ci/backstage-plugin-model-ci-common';
import type {
  ArtifactStore,
  Executor,
  Handle,
  Outcome,
} from '@model-ci/backstage-plugin-model-ci-node';
import {
  deadlineOf,
  type Claim,
  type ClaimAttemptsArgs,
} from '../database/operations/attempts/claimAttempts';
import {
  findClaimedAttempt,
  type ClaimedAttemptRow,
} from '../database/operations/attempts/findClaimedAttempt';
import {
  finishAttempt,
  type AttemptEnd,
} from '../database/operations/attempts/finishAttempt';
import { storeHandle } from '../database/operations/attempts/storeHandle';
import { appendLog } from '../database/operations/logs/appendLog';
import type {
  AdvanceContext,
  Advanced,
} from '../database/operations/runs/advanceRun';
import type { RunContent } from '../database/operations/runs/findRunContent';
import { listStageArtifacts } from '../database/operations/stages/listStageArtifacts';
import { TicketLostError } from '../database/operations/ticket';
import type { StageResults } from '../evaluations/types';
import { createAttemptSpec } from './attemptSpec';
import { copyAttemptLog } from './copyAttemptLog';
import { judgeOutcome } from './outcome';
import { neededStages } from './planner';
import { backOff, messageOf } from './retry';
import type { EngineConfig, StageResultsKeeper } from './types';

export interface AttemptWorkOptions {
  db: Knex;
  logger: LoggerService;
  executors: ReadonlyMap<string, Executor>;
  store: ArtifactStore;
  results: StageResultsKeeper;
  config: EngineConfig;
  context: AdvanceContext;
  createClaim(): ClaimAttemptsArgs;
  /** Called after bytes of the log were stored, and after the end. */
  onLog(attemptId: string): void;
  /** Called after the attempt's end was committed. */
  onFinished(advanced: Advanced): void;
}

type CancelReason = Parameters<Executor['cancel']>[1];

/** What the work is about, once its row was read. */
interface Subject extends RunContent {
  attempt: ClaimedAttemptRow;
  executor: Executor;
  stage: StageDefinition;
}

/**
 * Works on one claimed attempt, from its submission or from where a predecessor left off to its end. Every
 * write names the ticket; once that is lost the work stops and leaves the attempt alone.
 */
export class AttemptWork {
  readonly attemptId: string;
  readonly runId: string;
  readonly ticket: string;
  /** When the attempt has to end, once that is known. */
  deadlineAt?: string;
  private readonly row?: ClaimedAttemptRow;
  private readonly aborting = new AbortController();
  private handle?: Handle;
  private executor?: Executor;
  private cancelReason?: CancelReason;
  private cancelling?: Promise<void>;
  private storing?: Promise<void>;
  private finishing = false;

  constructor(
    private readonly options: AttemptWorkOptions,
    claim: Claim,
    /** Whether somebody else may have submitted the attempt before. */
    private readonly rescued: boolean,
  ) {
    this.attemptId = claim.attemptId;
    this.runId = claim.runId;
    this.ticket = claim.ticket;
    this.row = claim.row;
  }

  /** Lets go of the attempt without ending it. */
  abort(): void {
    this.aborting.abort();
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
      } else if (!this.aborting.signal.aborted) {
        // The lease runs out, and whoever rescues the attempt then tries again.
        logger.error(`Work on attempt ${this.attemptId} broke off`, {
          run: this.runId,
          error: isError(error) ? error.stack ?? error.message : String(error),
        });
      }
    } finally {
      this.aborting.abort();
      await this.storing;
    }
  }

  private async work(): Promise<void> {
    const subject = await this.read();
    const submitted = await this.submit(subject);
    if (submitted.type === 'ended') {
      await this.finish(subject, submitted.end);
      return;
    }
    const { handle } = submitted;
    const observed = this.observe(subject.executor, handle);
    const [outcome, logFailure] = await Promise.all([
      observed,
      this.copyLog(subject, handle, observed),
    ]);
    if (logFailure !== undefined && outcome.type !== 'lost') {
      await this.finish(subject, {
        outcome,
        status: 'errored',
        reason: `Its log could not be read to the end: ${logFailure}`,
      });
      return;
    }
    if (outcome.type === 'exited') {
      await this.finishExited(subject, handle, outcome);
    } else {
      await this.finish(
        subject,
        judgeOutcome(outcome, subject.stage, this.options.config),
      );
    }
  }

  private async read(): Promise<Subject> {
    const { db, executors, context } = this.options;
    const attempt = this.row ?? (await findClaimedAttempt(db, this));
    const executor = executors.get(attempt.executor);
    const content = await context.loadContent(db, this.runId);
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

  private async submit(
    subject: Subject,
  ): Promise<
    { type: 'submitted'; handle: Handle } | { type: 'ended'; end: AttemptEnd }
  > {
    const { config } = this.options;
    const { attempt, stage } = subject;
    if (attempt.handle !== null) {
      const handle = JSON.parse(attempt.handle) as Handle;
      this.attach(handle);
      return { type: 'submitted', handle };
    }
    const spec = createAttemptSpec({
      attempt,
      content: subject,
      artifacts: await this.listArtifacts(subject),
      store: this.options.store,
      maxLogBytes: config.maxLogBytes,
    });
    for (let failures = 0; ; ) {
      // Somebody who was here before may have started it; then only the executor can end it.
      if (this.cancelReason && !(this.rescued && failures === 0)) {
        const end = this.endBeforeStart(this.cancelReason, stage);
        return { type: 'ended', end };
      }
      try {
        const handle = await subject.executor.submit(spec);
        this.aborting.signal.throwIfAborted();
        this.attach(handle);
        this.keepHandle(handle, stage);
        return { type: 'submitted', handle };
      } catch (error) {
        this.aborting.signal.throwIfAborted();
        if (isError(error) && error.name === 'InputError') {
          const { message: reason } = error;
          return { type: 'ended', end: { status: 'failed', reason } };
        }
        failures++;
        if (failures > config.executorRetries) {
          const reason = `It could not be started: ${messageOf(error)}`;
          return { type: 'ended', end: { status: 'errored', reason } };
        }
        await this.pauseAfter(failures, 'submitted', error);
      }
    }
  }

  /**
   * Stores the handle while the attempt is observed already. If it is not stored for whatever reason, a
   * successor submits once more, which starts nothing twice; and the end stores it as well.
   */
  private keepHandle(handle: Handle, stage: StageDefinition): void {
    const { db, logger } = this.options;
    const deadlineAt = deadlineOf(new Date(), stage.timeoutSeconds);
    this.deadlineAt = deadlineAt;
    this.storing = storeHandle(db, {
      ...this.claim(),
      handle,
      deadlineAt,
    }).catch(error => {
      if (this.finishing) {
        // The end was stored first, and the ticket given back with it.
        return;
      }
      if (error instanceof TicketLostError) {
        this.abort();
      }
      logger.warn(
        `The handle of attempt ${this.attemptId} was not stored: ${messageOf(
          error,
        )}`,
      );
    });
  }

  private endBeforeStart(
    reason: CancelReason,
    stage: StageDefinition,
  ): AttemptEnd {
    return reason === 'cancelled'
      ? { status: 'cancelled', reason: 'It was cancelled before it started.' }
      : {
          status: 'errored',
          reason: `It could not be started within its timeout of ${stage.timeoutSeconds} seconds.`,
        };
  }

  private attach(handle: Handle): void {
    this.handle = handle;
    if (this.cancelReason) {
      this.cancel(this.cancelReason);
    }
  }

  private async listArtifacts({ attempt, definition }: Subject) {
    const stages = neededStages(definition.stages, attempt.stage_name).filter(
      name => Object.keys(definition.stages[name].artifacts).length > 0,
    );
    if (stages.length === 0) {
      return [];
    }
    const artifacts = await listStageArtifacts(this.options.db, {
      runId: this.runId,
      stages,
    });
    return stages.flatMap(name =>
      artifacts.filter(artifact => artifact.stage === name),
    );
  }

  /** Whatever goes wrong while waiting is no end: only an outcome is. */
  private async observe(executor: Executor, handle: Handle): Promise<Outcome> {
    const { signal } = this.aborting;
    for (let failures = 0; ; ) {
      try {
        return await executor.observe(handle, signal);
      } catch (error) {
        signal.throwIfAborted();
        await this.pauseAfter(++failures, 'observed', error);
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
          this.pauseAfter(failures, 'read', error),
        observed,
        signal: this.aborting.signal,
      });
    } catch (error) {
      // Nothing may go on waiting for an attempt whose log cannot be kept.
      this.abort();
      throw error;
    }
  }

  private async append(start: number, data: Buffer): Promise<void> {
    await appendLog(this.options.db, { ...this.claim(), start, data });
    this.options.onLog(this.attemptId);
  }

  private async finishExited(
    subject: Subject,
    handle: Handle,
    outcome: Extract<Outcome, { type: 'exited' }>,
  ): Promise<void> {
    const { config, results, store } = this.options;
    const { attempt, stage, executor, datasets } = subject;
    let collected: StageResults;
    for (let failures = 0; ; ) {
      try {
        collected = await results.collect({
          run: { id: this.runId, pipelineRef: subject.pipelineRef },
          stage: { name: attempt.stage_name, definition: stage },
          attemptId: this.attemptId,
          executor,
          handle,
          store,
          datasets,
          commandSucceeded: outcome.exitCode === 0,
        });
        break;
      } catch (error) {
        this.aborting.signal.throwIfAborted();
        failures++;
        if (failures > config.executorRetries) {
          await this.finish(subject, {
            outcome,
            status: 'errored',
            reason: `Its results could not be collected: ${messageOf(error)}`,
          });
          return;
        }
        await this.pauseAfter(failures, 'collected', error);
      }
    }
    const end = judgeOutcome(outcome, stage, config, collected.failure);
    await this.finish(subject, end, collected);
  }

  /** What cannot be stored, however often it is tried, must not keep the run from ending. */
  private async finish(
    subject: Subject,
    end: AttemptEnd,
    collected?: StageResults,
  ): Promise<void> {
    for (let failures = 0; ; ) {
      try {
        await this.storeEnd(subject, end, collected);
        return;
      } catch (error) {
        this.aborting.signal.throwIfAborted();
        if (error instanceof TicketLostError || !collected) {
          throw error;
        }
        failures++;
        if (failures > this.options.config.executorRetries) {
          await this.storeEnd(subject, {
            ...end,
            status: 'errored',
            reason: `Its results could not be stored: ${messageOf(error)}`,
          });
          return;
        }
        await this.pauseAfter(failures, 'finished', error);
      }
    }
  }

  private async storeEnd(
    { attempt, stage, pipelineRef }: Subject,
    end: AttemptEnd,
    collected?: StageResults,
  ): Promise<void> {
    this.aborting.signal.throwIfAborted();
    this.finishing = true;
    const { db, context, createClaim, results } = this.options;
    const at = new Date().toISOString();
    const advanced = await finishAttempt(db, {
      ...this.claim(),
      runId: this.runId,
      stage,
      end,
      ...(this.handle && { handle: this.handle }),
      ...(collected && {
        insertResults: (tx: Knex.Transaction, stageId: string) =>
          results.insert(tx, {
            runId: this.runId,
            pipelineRef,
            stageId,
            stageName: attempt.stage_name,
            attemptId: this.attemptId,
            results: collected,
            at,
          }),
      }),
      context,
      createClaim,
      at,
    });
    this.options.onFinished(advanced);
    this.options.onLog(this.attemptId);
  }

  private claim(): { attemptId: string; ticket: string } {
    return { attemptId: this.attemptId, ticket: this.ticket };
  }

  private async pauseAfter(
    failures: number,
    verb: string,
    error: unknown,
  ): Promise<void> {
    this.options.logger.warn(
      `Attempt ${
        this.attemptId
      } could not be ${verb}; trying again: ${messageOf(error)}`,
    );
    await backOff(
      failures,
      this.options.config.retryDelayMs,
      this.aborting.signal,
    );
  }
}
