import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
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
import type { AttemptEnd } from '../database/operations/attempts/finishAttempts';
import { findClaimedAttempt } from '../database/operations/attempts/findClaimedAttempt';
import type { AdvanceContext } from '../database/operations/runs/advanceRun';
import { findStageInputs } from '../database/operations/gates/findStageInputs';
import { storeCurves } from '../database/operations/curves/storeCurves';
import {
  readUsages,
  storeUsages,
} from '../database/operations/gpus/storeUsages';
import { readLogEnd } from '../database/operations/logs/readLogEnd';
import { findUpload } from '../database/operations/transfers/findUpload';
import { TicketLostError } from '../database/operations/ticket';
import type { TransferUrls } from '../transfers/TransferUrls';
import type { LogPiece } from '../logs/LogWriter';
import { Masks } from '../masking/Masks';
import { masksOf } from '../masking/masksOf';
import { AttemptControl } from './AttemptControl';
import { findImage, refuseBuild } from './builtImages';
import { listCaches } from './caches';
import { createAttemptSpec } from './attemptSpec';
import type { AttemptWrites } from './AttemptWrites';
import { endBeforeStart, endOfQueue } from './endBeforeStart';
import { giveSecrets, type EngineSecrets } from './giveSecrets';
import { followAttempt, type Followed } from './followAttempt';
import { followGpus } from './followGpus';
import { followSeries } from './followSeries';
import { HandleWrite } from './HandleWrite';
import { AttemptLease } from './AttemptLease';
import { maskPhase } from './maskSaid';
import { judgeOutcome } from './outcome';
import { PhaseTracker } from './PhaseTracker';
import { readHandle } from './readHandle';
import { stackOf } from './retry';
import {
  settleAttempt,
  settleExited,
  type Exited,
  type GiveUp,
  type SettleOptions,
} from './settleAttempt';
import {
  listDelivered,
  listInputs,
  loadAttempt,
  type LoadedAttempt,
} from './loadAttempt';
import {
  submitAttempt,
  withdrawEnded,
  type CancelReason,
  type Submission,
} from './submitAttempt';
import type { EngineAnalyses, EngineConfig } from './types';

export interface AttemptWorkOptions {
  db: Knex;
  logger: LoggerService;
  executors: ReadonlyMap<string, Executor>;
  store: ArtifactStore;
  analyses: Pick<EngineAnalyses, 'judge' | 'measureSlices'>;
  transfers?: Pick<TransferUrls, 'sign'>;
  /** Where stages get their secrets; those that ask for some fail without it. */
  secrets?: EngineSecrets;
  config: EngineConfig;
  context: AdvanceContext;
  writes: AttemptWrites;
  /** Milliseconds since 1970. */
  now(): number;
  /** Whether the attempts on a node may be pending there. */
  isCluster(node: string): boolean;
  /** Called after bytes of the log were stored. */
  onLog(attemptId: string): void;
  /** Called after the phase of an attempt of a run was stored. */
  onPhase(runId: string): void;
  /** Called when an attempt holds nothing of its node any more, though it has not ended for the run. */
  onCollecting(): void;
}

/**
 * Works on one claimed attempt, from its submission or from where a predecessor left off to its end. Every
 * write names the ticket; once that is lost the work stops and leaves the attempt alone. `work` is its whole way, one
 * file for each step.
 */
export class AttemptWork {
  readonly attemptId: string;
  readonly ticket: string;
  private readonly lease: AttemptLease;
  private readonly control: AttemptControl;
  private readonly phases: PhaseTracker;
  private handleWrite?: HandleWrite;
  /** Of the secrets that it was given. */
  private masks = Masks.none;
  /** Whether a cluster decides when it starts. */
  private isCluster = false;
  /** Where it was submitted from here, so that nobody else may know of it. */
  private submittedTo?: { executor: Executor; node: string };

  constructor(
    private readonly options: AttemptWorkOptions,
    private readonly claim: Claim,
    /** Whether somebody else may have submitted the attempt before. */
    private readonly rescued: boolean,
  ) {
    const { logger, config, now } = options;
    const { retryDelayMs } = config;
    this.attemptId = claim.attemptId;
    this.ticket = claim.ticket;
    this.phases = new PhaseTracker({
      now,
      isCluster: () => this.isCluster,
    });
    this.lease = new AttemptLease(claim, { logger, retryDelayMs, now });
    this.control = new AttemptControl((what, error) =>
      this.lease.warn(`Attempt ${this.attemptId} ${what}`, error),
    );
  }

  /** When the attempt has to end, once that is known. */
  get deadlineAt(): string | undefined {
    return this.phases.deadlineAt;
  }

  /** Lets go of the attempt without ending it. */
  abort(): void {
    this.lease.release();
  }

  cancel(why: CancelReason): void {
    if (why === 'timeout') {
      this.phases.exceed();
    }
    this.control.cancel(why);
  }

  evict(): void {
    this.control.evict();
  }

  stay(): void {
    this.control.stay();
  }

  giveUp(giveUp: GiveUp): void {
    this.control.giveUp(giveUp);
  }

  /** Resolves when there is nothing more to do for the holder of this claim; never rejects. */
  async run(): Promise<void> {
    try {
      await this.work();
    } catch (error) {
      this.report(error);
      this.lease.release();
      await this.handleWrite?.settled();
      if (this.submittedTo && !this.handleWrite?.isStored()) {
        const { db } = this.options;
        const { attemptId, submittedTo } = this;
        await withdrawEnded(db, { attemptId, ...submittedTo }, this.lease);
      }
    } finally {
      this.lease.release();
    }
  }

  /** The attempt's whole way, in the order in which it happens. */
  private async work(): Promise<void> {
    const loaded = await this.load();
    const submission = await this.submit(loaded);
    if (submission.type === 'ended') {
      await this.end(loaded, submission.end);
      return;
    }
    const { handle } = submission;
    this.control.attach(loaded.executor, handle);
    const { outcome, ...followed } = await this.follow(loaded, handle);
    if (outcome.type === 'exited') {
      await this.collect(loaded, handle, { outcome, ...followed });
    } else {
      await this.end(loaded, await this.judge(loaded, outcome), handle);
    }
  }

  private async load(): Promise<LoadedAttempt> {
    const { options, lease, claim } = this;
    const loaded = await loadAttempt(options, lease, claim.row);
    const { attempt } = loaded;
    this.isCluster = options.isCluster(attempt.node ?? '');
    this.phases.resume(attempt);
    if (attempt.log_source !== null) {
      await this.recallSecrets();
    }
    if (attempt.phase === 'collecting') {
      this.control.collect();
    }
    if (attempt.cancel_requested_at !== null) {
      this.control.cancel('cancelled');
    }
    if (attempt.evict_requested_at !== null) {
      this.control.evict();
    }
    return loaded;
  }

  /** Whoever goes on with an attempt masks what it was given before anything of it is stored. */
  private async recallSecrets(): Promise<void> {
    const { attemptId } = this;
    const values = await this.options.secrets?.recall(attemptId);
    if (!values) {
      throw new Error(
        `What attempt ${attemptId} was given cannot be read, so that nothing of it may be stored`,
      );
    }
    this.mask(Object.values(values));
  }

  private mask(values: string[]): void {
    this.masks = masksOf(values);
    this.lease.mask(this.masks);
  }

  private async submit(loaded: LoadedAttempt): Promise<Submission> {
    const { db, config, context, store, transfers } = this.options;
    const { attempt, executor, stage } = loaded;
    if (attempt.handle !== null) {
      const handle = readHandle(attempt.handle);
      this.noteStart(loaded, handle, attempt.deadline_at ?? undefined);
      return { type: 'submitted', handle };
    }
    const refusal = refuseBuild(loaded);
    if (refusal) {
      return { type: 'ended', end: { status: 'failed', reason: refusal } };
    }
    const image = await findImage(db, loaded);
    if (image?.type === 'missing') {
      return { type: 'ended', end: { status: 'failed', reason: image.reason } };
    }
    const given = await giveSecrets({
      secrets: this.options.secrets,
      lease: this.lease,
      loaded,
      retries: config.executorRetries,
      endBeforeStart: () => this.endBeforeStart(loaded),
    });
    if (given.type === 'ended') {
      return given;
    }
    this.mask(Object.values(given.values));
    const spec = createAttemptSpec({
      secrets: given.values,
      attempt,
      content: loaded,
      stage,
      executor,
      ...(image && { image: image.image }),
      artifacts: await listInputs(db, loaded),
      caches: await listCaches(db, loaded, context.findDefaultBranch),
      store,
      maxLogBytes: config.maxLogBytes,
      isCluster: this.isCluster,
      ...(transfers && { transfers }),
    });
    this.submittedTo = { executor, node: spec.node };
    const submission = await submitAttempt({
      lease: this.lease,
      executor,
      spec,
      retries: config.executorRetries,
      rescued: this.rescued,
      onPhase: phase => this.notePhase(loaded, undefined, phase),
      endBeforeStart: () => this.endBeforeStart(loaded),
      startSignal: () => this.control.start(),
    });
    if (submission.type === 'submitted') {
      this.storeHandle(loaded, submission.handle);
    }
    return submission;
  }

  private endBeforeStart({
    stage,
    attempt,
  }: LoadedAttempt): AttemptEnd | undefined {
    const node = attempt.node ?? '';
    return endBeforeStart(this.control, this.phases, { stage, node });
  }

  private async follow(
    loaded: LoadedAttempt,
    handle: Handle,
  ): Promise<Followed> {
    const { db, config } = this.options;
    const ended = new AbortController();
    const series = this.followSeries(loaded, handle, ended.signal);
    const gpus = this.followGpus(loaded, handle, ended.signal);
    const attempt = followAttempt({
      db,
      config,
      lease: this.lease,
      loaded,
      handle,
      onPhase: phase => this.notePhase(loaded, handle, phase),
      append: piece => this.append(piece),
      masks: this.masks,
      onLogLimit: () => this.control.cancel('log-limit'),
    });
    try {
      return await attempt;
    } finally {
      // What is stored of its series from now on are its reports.
      ended.abort();
      await Promise.all([series, gpus]);
    }
  }

  private async followSeries(
    loaded: LoadedAttempt,
    handle: Handle,
    ended: AbortSignal,
  ): Promise<void> {
    const { db, config } = this.options;
    const { lease } = this;
    const { attemptId, runId, ticket } = lease;
    await followSeries({
      lease,
      loaded,
      handle,
      intervalMs: config.seriesIntervalMs,
      store: curves =>
        storeCurves(db, {
          ...{ attemptId, runId, ticket },
          curves: curves.map(curve => ({
            ...curve,
            metric: this.masks.text(curve.metric),
          })),
        }),
      signal: AbortSignal.any([ended, lease.signal]),
    });
  }

  private async followGpus(
    loaded: LoadedAttempt,
    handle: Handle,
    signal: AbortSignal,
  ): Promise<void> {
    const { db, config, now } = this.options;
    const { attemptId, runId, ticket } = this.lease;
    // What has ended before has nothing left to be read.
    if (loaded.attempt.phase === 'collecting') {
      return;
    }
    await followGpus({
      lease: this.lease,
      loaded,
      handle,
      intervalMs: config.gpuIntervalMs,
      now,
      load: () => readUsages(db, { attemptId }),
      store: usages => storeUsages(db, { attemptId, runId, ticket, usages }),
      signal,
    });
  }

  /** What exited has results, however long it takes to store them. */
  private async collect(
    loaded: LoadedAttempt,
    handle: Handle,
    { outcome, ...followed }: Omit<Followed, 'outcome'> & { outcome: Exited },
  ): Promise<void> {
    const { db, context, onCollecting, now } = this.options;
    const { attemptId } = this;
    const { phase, phase_since: since } = loaded.attempt;
    this.phases.stop();
    this.control.collect();
    await settleExited(
      {
        ...this.settleOptions(loaded),
        handle,
        endedAt:
          phase === 'collecting' && since !== null
            ? since
            : new Date(now()).toISOString(),
        givenUp: this.control.givenUp,
        ...followed,
        listCaches: () => listCaches(db, loaded, context.findDefaultBranch),
        readLogEnd: () => readLogEnd(db, { attemptId }),
        onCollecting,
      },
      outcome,
    );
  }

  private async judge(
    { stage, attempt }: LoadedAttempt,
    outcome: Outcome,
  ): Promise<AttemptEnd> {
    const { config } = this.options;
    if (isCancelled(outcome) && !(await this.isWanted())) {
      const node = attempt.node ?? '';
      return {
        outcome: { type: 'killed', reason: 'preempted' },
        status: 'errored',
        reason: this.control.isEvicted
          ? reason('attempt.drained', { node })
          : reason('attempt.killed', { node }),
      };
    }
    const timedOut = outcome.type === 'killed' && outcome.reason === 'timeout';
    return (
      (timedOut ? endOfQueue(this.phases, stage) : undefined) ??
      judgeOutcome(outcome, stage, config)
    );
  }

  /**
   * Whether somebody wants it cancelled: here, or where only its row says so yet. If not, it was killed to have its node empty,
   * perhaps by a holder before this one and for a drain that was taken back since.
   */
  private async isWanted(): Promise<boolean> {
    if (this.control.cancelled !== undefined) {
      return true;
    }
    const row = await findClaimedAttempt(this.options.db, this.lease);
    return row.cancel_requested_at !== null;
  }

  /** An end without results. */
  private async end(
    loaded: LoadedAttempt,
    end: AttemptEnd,
    handle?: Handle,
  ): Promise<void> {
    const options = this.settleOptions(loaded);
    await settleAttempt({ ...options, ...(handle && { handle }) }, end);
  }

  private settleOptions(loaded: LoadedAttempt): SettleOptions {
    const { db, store, analyses, config, writes } = this.options;
    const { attemptId } = this;
    return {
      lease: this.lease,
      loaded,
      store,
      analyses,
      config,
      writes,
      masks: this.masks,
      delivered: () => listDelivered(db, store, loaded),
      findUpload: path => findUpload(db, { attemptId, path }),
      findInputs: of => findStageInputs(db, of),
      beforeStore: async () => this.handleWrite?.finishOrSkip(),
    };
  }

  private storeHandle(loaded: LoadedAttempt, handle: Handle): void {
    const { now, writes } = this.options;
    const { attemptId, ticket } = this;
    // What may be pending in its cluster has its time when it runs.
    const deadlineAt = this.isCluster
      ? undefined
      : deadlineOf(new Date(now()), loaded.stage.timeoutSeconds);
    this.phases.begin(deadlineAt);
    const kept = {
      attemptId,
      ticket,
      handle,
      ...(deadlineAt !== undefined && { deadlineAt }),
    };
    this.handleWrite = new HandleWrite(writes, kept, error =>
      this.notStored('handle', error),
    );
    this.noteStart(loaded, handle, deadlineAt);
  }

  /**
   * Nobody but the engine notes that an attempt runs which has waited for an image; a predecessor may have stored its
   * handle and not come to that. When it started follows from when it has to end.
   */
  private noteStart(
    loaded: LoadedAttempt,
    handle: Handle,
    deadlineAt: string | undefined,
  ): void {
    if (this.phases.isPending && !this.isCluster && deadlineAt !== undefined) {
      const { timeoutSeconds } = loaded.stage;
      const startedAt = deadlineOf(new Date(deadlineAt), -timeoutSeconds);
      this.notePhase(loaded, handle, { type: 'running', startedAt });
    }
  }

  private notePhase(
    { stage }: LoadedAttempt,
    handle: Handle | undefined,
    reported: Phase,
  ): void {
    const { writes, onPhase } = this.options;
    const { attemptId, ticket, phases } = this;
    const phase = maskPhase(phases.note(reported, stage), this.masks);
    writes
      .storePhase({ attemptId, ticket, phase, ...(handle && { handle }) })
      .then(() => onPhase(this.lease.runId))
      .catch(error => this.notStored('phase', error));
  }

  private async append(piece: LogPiece): Promise<void> {
    const { attemptId, ticket } = this;
    await this.options.writes.appendLog({ attemptId, ticket, ...piece });
    this.options.onLog(attemptId);
  }

  /** It goes on all the same, unless somebody else holds it by now. */
  private notStored(what: 'handle' | 'phase', error: unknown): void {
    if (error instanceof TicketLostError) {
      this.abort();
    }
    this.lease.warn(
      `The ${what} of attempt ${this.attemptId} was not stored`,
      error,
    );
  }

  private report(error: unknown): void {
    const { logger } = this.options;
    if (error instanceof TicketLostError) {
      logger.warn(`${error.message}; it is left to its new holder`);
    } else if (!this.lease.signal.aborted) {
      // The lease runs out, and whoever rescues the attempt then tries again.
      logger.error(`Work on attempt ${this.attemptId} broke off`, {
        run: this.lease.runId,
        error: this.masks.text(stackOf(error)),
      });
    }
  }
}

function isCancelled(outcome: Outcome): boolean {
  return outcome.type === 'killed' && outcome.reason === 'cancelled';
}
