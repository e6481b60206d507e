import type { Knex } from 'knex';
import { isFinal } from '@model-ci/backstage-plugin-model-ci-common';
import type { FinishedAttempts } from '../database/operations/attempts/finishAttempts';
import { findRun } from '../database/operations/runs/findRun';
import {
  newLease,
  overdueSince,
  releaseLeases,
} from '../database/operations/leases';
import type {
  AdvanceContext,
  Advanced,
} from '../database/operations/runs/advanceRun';
import { expireDecision } from '../database/operations/runs/expireDecision';
import { listStalledRuns } from '../database/operations/runs/listStalledRuns';
import { replanRun } from '../database/operations/runs/replanRun';
import type { Started } from '../database/operations/runs/startRun';
import {
  listExpiredApprovals,
  type ExpiredApproval,
} from '../database/operations/stages/listExpiredApprovals';
import type { AttemptRow, RunStateRow } from '../database/tables/runs';
import { LogSignal } from '../logs/LogSignal';
import { AttemptCleaner } from './AttemptCleaner';
import { AttemptWorker, MAX_CLAIMS, MAX_RESCUES } from './AttemptWorker';
import { createContext } from './createContext';
import { followUp } from './followUp';
import { Loop } from './Loop';
import { NodeRegistry } from './NodeRegistry';
import { NodeWatch } from './NodeWatch';
import { removeLeftovers } from './removeLeftovers';
import { mintReplicaId } from './replica';
import { stackOf } from './retry';
import { RunAnnouncer } from './RunAnnouncer';
import { RunPreparer } from './RunPreparer';
import { StageConcluder } from './StageConcluder';
import { Tasks } from './Tasks';
import type { EngineOptions } from './types';
import { withinTime } from '../withinTime';

/** Rows that one step follows up at most. */
const MAX_ROWS = 100;
/** What is left over does no harm for a while, and asking for it costs an engine a list of all. */
const SWEEP_INTERVAL_MS = 10 * 60_000;
/** How long stopping waits for steps, and then for works, that are in calls that cannot be interrupted. */
const STOP_TIMEOUT_MS = 5_000;

type LoopName =
  | 'prepare'
  | 'claim'
  | 'cancel'
  | 'expire'
  | 'renew'
  | 'rescue'
  | 'clean'
  | 'sweep'
  | 'inventory';

/**
 * Moves runs: has them prepared, their attempts placed and worked on, and what other replicas leave behind taken
 * over. Several engines may share one database. Each loop has a public single step, named `…Once`, that
 * answers how much it did.
 */
export class Engine {
  /** Names this process among the replicas. */
  readonly replicaId: string;
  readonly nodes: NodeRegistry;
  private readonly nodeWatch: NodeWatch;
  readonly logSignal = new LogSignal();
  /** What operations that move a run need to know. */
  readonly context: AdvanceContext;
  private readonly now: () => number;
  private readonly tasks = new Tasks();
  private readonly preparer: RunPreparer;
  private readonly worker: AttemptWorker;
  private readonly cleaner: AttemptCleaner;
  private readonly announcer: RunAnnouncer;
  private readonly concluder: StageConcluder;
  private readonly loops: Record<LoopName, Loop>;
  private stopped?: Promise<void>;
  /** When another replica last let go of everything. */
  private leftAt = 0;

  constructor(private readonly options: EngineOptions) {
    const { config, executors, logger } = options;
    this.now = options.now ?? Date.now;
    this.replicaId = options.replicaId ?? mintReplicaId();
    this.context = createContext(options);
    this.nodes = new NodeRegistry({
      executors,
      logger,
      onChange: () => {
        this.loops.claim.wake();
        followUp(logger, 'A change of the nodes', () =>
          options.onChange({ type: 'nodes' }),
        );
      },
    });
    const shared = {
      ...options,
      store: options.artifactStore,
      now: this.now,
      context: this.context,
      tasks: this.tasks,
      newLease: () =>
        newLease(this.replicaId, config.leaseDurationMs, this.now()),
    };
    this.preparer = new RunPreparer({
      ...shared,
      onStarted: started => this.started(started),
      onChanged: run => this.changed(run),
      onRoom: () => this.wakePreparation(),
    });
    this.worker = new AttemptWorker({
      ...shared,
      replicaId: this.replicaId,
      nodes: this.nodes,
      onLog: attemptId => this.logSignal.notify(attemptId),
      isCluster: node => this.nodes.isCluster(node),
      onPhase: runId => this.signalRun(runId),
      onCollecting: () => this.loops.claim.wake(),
      onDeclaredLost: (attempt, advanced) => this.lost(attempt, advanced),
      onFinished: finished => this.finished(finished),
      onMoreToClaim: () => this.loops.claim.wake(),
      onRoom: () => {
        this.loops.rescue.wake();
        this.loops.claim.wake();
      },
    });
    const { writes } = this.worker;
    this.cleaner = new AttemptCleaner({
      ...options,
      nodes: this.nodes,
      writes,
    });
    this.nodeWatch = new NodeWatch({
      ...shared,
      nodes: this.nodes,
      writes,
      onEvictions: () => this.wakeCancel(),
    });
    this.announcer = new RunAnnouncer(options);
    this.concluder = new StageConcluder({
      ...shared,
      onConcluded: advanced => this.advanced(advanced),
    });
    this.loops = this.createLoops();
  }

  /** Takes up work, beginning with what a process that was killed left on this machine. */
  async start(): Promise<void> {
    await this.rescueOnce();
    Object.values(this.loops).forEach(loop => loop.start());
  }

  /**
   * Lets go of everything without ending it: another replica, or this one's successor, takes over at once. Calls of
   * engines that do not answer delay it by a few seconds, and by no more.
   */
  async stop(): Promise<void> {
    this.stopped ??= this.letGo();
    await this.stopped;
  }

  private async letGo(): Promise<void> {
    this.worker.stop();
    this.cleaner.stop();
    const loops = Object.values(this.loops).map(loop => loop.stop());
    await withinTime(Promise.all(loops), STOP_TIMEOUT_MS);
    this.worker.abort();
    this.preparer.stop();
    await withinTime(this.settled(), STOP_TIMEOUT_MS);
    for (const table of ['attempts', 'runs'] as const) {
      await releaseLeases(this.options.db, {
        table,
        holders: [this.replicaId],
      });
    }
  }

  /**
   * Takes over what another replica has just let go of, and what it has not followed up any more. To be called when one
   * says so; otherwise the next looks find it.
   */
  takeOver(): void {
    this.leftAt = this.now();
    this.loops.rescue.wake();
    this.loops.prepare.wake();
    this.loops.claim.wake();
    this.loops.clean.wake();
  }

  /** Resolves once all work under way in this process has ended. */
  async settled(): Promise<void> {
    await this.tasks.settled();
  }

  /** Whether this process works on an attempt, so that its readers need not poll for it. */
  holds(attemptId: string): boolean {
    return this.worker.holds(attemptId);
  }

  /** How many attempts this process may hold, where it holds so many that it takes on no new ones. */
  get fullWith(): number | undefined {
    return this.worker.isFull()
      ? this.options.config.maxHeldAttempts
      : undefined;
  }

  /** Has the queued runs looked at. To be called after a run was queued. */
  wakePreparation(): void {
    this.loops.prepare.wake();
  }

  /** Has attempts looked for that somebody wants to be cancelled. */
  wakeCancel(): void {
    this.loops.cancel.wake();
  }

  /** Claims and begins to prepare queued runs. */
  async prepareOnce(): Promise<number> {
    return await this.preparer.prepare();
  }

  /** Places waiting attempts, claims them and begins to work on them. */
  async claimOnce(): Promise<number> {
    return await this.worker.claim();
  }

  /** Takes over attempts that their holders let go of, or died over. */
  async rescueOnce(): Promise<number> {
    return await this.worker.rescue();
  }

  /** Prolongs everything that this process holds, and lets go of what it lost. */
  async renewOnce(): Promise<number> {
    return (await this.worker.renew()) + (await this.preparer.renew());
  }

  /** Has attempts killed that somebody wants to be cancelled, or whose time is over. */
  async cancelOnce(): Promise<number> {
    return await this.worker.cancel();
  }

  /** Removes what ended attempts left in executors and chunks, where their holder did not come to it. */
  async cleanOnce(): Promise<number> {
    const { before, limit } = this.overdue();
    const left = new Date(this.leftAt).toISOString();
    return await this.cleaner.cleanOverdue({
      before: before > left ? before : left,
      limit,
    });
  }

  /** Removes what executors still have of attempts that were cleaned up before. */
  async sweepOnce(): Promise<number> {
    return await removeLeftovers(this.options);
  }

  /** Announces runs that succeeded, where whoever ended them did not come to it. */
  async announceOnce(): Promise<number> {
    return await this.announcer.announceOverdue(this.overdue());
  }

  /** Concludes stages of which all instances have ended, where whoever ended the last one did not come to it. */
  async concludeOnce(): Promise<number> {
    return await this.concluder.concludeLeft({ limit: MAX_ROWS });
  }

  /** Stops stages on which nobody has decided in time. */
  async expireOnce(): Promise<number> {
    const { db } = this.options;
    const at = new Date(this.now()).toISOString();
    const expired = await listExpiredApprovals(db, { at, limit: MAX_ROWS });
    for (const approval of expired) {
      await this.expire(approval, at);
    }
    return expired.length;
  }

  /** One that cannot be stopped keeps none of the others waiting. */
  private async expire(approval: ExpiredApproval, at: string): Promise<void> {
    const { db, logger } = this.options;
    try {
      const advanced = await expireDecision(db, {
        approval,
        context: this.context,
        at,
      });
      if (advanced) {
        this.advanced(advanced);
      }
    } catch (error) {
      logger.error(
        `The decision of run ${approval.run_id} that nobody took in time could not be recorded`,
        { error: stackOf(error) },
      );
    }
  }

  /** Plans runs again that nothing would move any more. */
  async planOnce(): Promise<number> {
    const { db } = this.options;
    const stalled = await listStalledRuns(db, { limit: MAX_ROWS });
    for (const runId of stalled) {
      await this.replan(db, runId);
    }
    return stalled.length;
  }

  /** One run that cannot be planned keeps none of the others from it. */
  private async replan(db: Knex, runId: string): Promise<void> {
    const at = new Date(this.now()).toISOString();
    try {
      this.advanced(await replanRun(db, { runId, context: this.context, at }));
    } catch (error) {
      this.options.logger.error(`Run ${runId} could not be planned`, {
        error: stackOf(error),
      });
    }
  }

  /** Asks the executors for their nodes, empties those that are to be empty, and gives up those that are lost. */
  async refreshNodesOnce(): Promise<number> {
    return await this.nodeWatch.look();
  }

  /** Nodes that nobody has reached since then are lost; undefined while this replica cannot know. */
  lostBefore(): string | undefined {
    return this.nodeWatch.lostBefore();
  }

  /** Has the nodes looked at. To be called after one was cordoned, drained or opened again. */
  wakeNodes(): void {
    this.loops.inventory.wake();
    this.loops.claim.wake();
    followUp(this.options.logger, 'A change of a node', () =>
      this.options.onChange({ type: 'nodes' }),
    );
  }

  /** Follows up a change of a run that was committed: signals, wake-ups, announcements. Never throws. */
  advanced(advanced: Advanced): void {
    if (advanced.queued > 0) {
      this.loops.claim.wake();
    }
    this.follow(advanced);
  }

  private started({ superseded, ...advanced }: Started): void {
    this.advanced(advanced);
    superseded.forEach(earlier => this.advanced(earlier));
    if (superseded.length > 0) {
      this.wakeCancel();
    }
  }

  /** Follows up an attempt that was declared lost. */
  lost(attempt: AttemptRow, advanced: Advanced): void {
    this.logSignal.notify(attempt.id);
    this.tasks.track(this.cleaner.clean(attempt).then(() => {}));
    // What it held of its node is free.
    this.loops.claim.wake();
    this.advanced(advanced);
  }

  /** Signals a change of a run that was committed. */
  changed(run: Pick<RunStateRow, 'id' | 'pipeline_ref'>): void {
    followUp(this.options.logger, `A change of run ${run.id}`, () =>
      this.options.onChange({
        type: 'run',
        pipelineRef: run.pipeline_ref,
        runId: run.id,
      }),
    );
  }

  private signalRun(runId: string): void {
    this.tasks.track(
      findRun(this.options.db, { runId }).then(
        run => this.changed(run),
        () => {},
      ),
    );
  }

  private finished({ attempts, advanced }: FinishedAttempts): void {
    for (const attempt of attempts.values()) {
      this.logSignal.notify(attempt.id);
      this.tasks.track(this.cleaner.clean(attempt).then(() => {}));
    }
    advanced.forEach(run => this.follow(run));
  }

  private follow({ run, ended, toConclude = [] }: Advanced): void {
    this.changed(run);
    for (const stageId of toConclude) {
      this.tasks.track(this.concluder.conclude(stageId));
    }
    if (isFinal(run.status)) {
      // Another one may have waited for it.
      this.wakePreparation();
    }
    if (ended && run.status === 'succeeded') {
      this.tasks.track(this.announcer.announce(run, ended.version));
    }
  }

  private createLoops(): Record<LoopName, Loop> {
    const { logger, config } = this.options;
    const { leaseDurationMs, pollIntervalMs, inventoryIntervalMs } = config;
    const loop = (
      name: LoopName,
      intervalMs: number,
      step: () => Promise<number>,
      /** How much a step has to do for there to be more. */
      full = Infinity,
    ) =>
      new Loop({
        name,
        intervalMs,
        logger,
        step: async () => (await step()) >= full,
      });
    const third = leaseDurationMs / 3;
    return {
      prepare: loop('prepare', pollIntervalMs, () => this.prepareOnce()),
      claim: loop('claim', pollIntervalMs, () => this.claimOnce(), MAX_CLAIMS),
      cancel: loop('cancel', pollIntervalMs, () => this.cancelOnce()),
      expire: loop(
        'expire',
        leaseDurationMs,
        () => this.expireOnce(),
        MAX_ROWS,
      ),
      renew: loop('renew', third, () => this.renewOnce()),
      rescue: loop(
        'rescue',
        Math.min(third, 10 * pollIntervalMs),
        () => this.rescueOnce(),
        MAX_RESCUES,
      ),
      clean: loop(
        'clean',
        leaseDurationMs,
        async () =>
          (await this.cleanOnce()) +
          (await this.announceOnce()) +
          (await this.concludeOnce()) +
          (await this.planOnce()),
      ),
      sweep: loop('sweep', SWEEP_INTERVAL_MS, () => this.sweepOnce()),
      inventory: loop('inventory', inventoryIntervalMs, () =>
        this.refreshNodesOnce(),
      ),
    };
  }

  private overdue() {
    const before = overdueSince(
      this.options.config.leaseDurationMs,
      this.now(),
    );
    return { before, limit: MAX_ROWS };
  }
}
