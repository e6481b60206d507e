import { setTimeout as pause } from 'node:timers/promises';
import {
  claimAttempts,
  type Claim,
  type ClaimAttemptsArgs,
} from '../database/operations/attempts/claimAttempts';
import { listCancelRequests } from '../database/operations/attempts/listCancelRequests';
import { listHolders } from '../database/operations/attempts/listHolders';
import { listUncleaned } from '../database/operations/attempts/listUncleaned';
import { releaseLeases } from '../database/operations/attempts/releaseLeases';
import { renewLeases } from '../database/operations/attempts/renewLeases';
import { rescueAttempts } from '../database/operations/attempts/rescueAttempts';
import type {
  AdvanceContext,
  Advanced,
} from '../database/operations/runs/advanceRun';
import { claimRun } from '../database/operations/runs/claimRun';
import { listStalledRuns } from '../database/operations/runs/listStalledRuns';
import { listUnannouncedRuns } from '../database/operations/runs/listUnannouncedRuns';
import { markRunAnnounced } from '../database/operations/runs/markRunAnnounced';
import { replanRun } from '../database/operations/runs/replanRun';
import type { RunStateRow } from '../database/tables/runs';
import { LogSignal } from '../logs/LogSignal';
import { AttemptWork } from './AttemptWork';
import { cleanAttempt } from './cleanAttempt';
import { createContext } from './createContext';
import { Loop } from './Loop';
import { NodeRegistry } from './NodeRegistry';
import { Placement } from './placement';
import { isDeadNeighbour, mintReplicaId } from './replica';
import { messageOf } from './retry';
import { RunPreparation } from './RunPreparation';
import type { EngineOptions, SucceededRun } from './types';

/** Runs that one process prepares side by side. */
const MAX_PREPARATIONS = 4;
/** Attempts that one claim takes at most, so that replicas share a long queue. */
const MAX_CLAIMS = 50;
const MAX_ROWS = 100;
/** How long stopping waits for calls that cannot be interrupted. */
const STOP_TIMEOUT_MS = 5_000;

/**
 * Moves runs: prepares them, places and works on their attempts, and takes over what other replicas leave
 * behind. Several engines may share one database. Each loop has a public single step, named `…Once`, that
 * answers how much it did.
 */
export class Engine {
  /** Names this process among the replicas. */
  readonly replicaId: string;
  readonly nodes: NodeRegistry;
  readonly logSignal = new LogSignal();
  /** What operations that move a run need to know. */
  readonly context: AdvanceContext;
  private readonly works = new Map<string, AttemptWork>();
  private readonly preparations = new Map<string, RunPreparation>();
  private readonly tasks = new Set<Promise<void>>();
  private readonly cleaning = new Set<string>();
  private readonly loops: Record<
    'prepare' | 'claim' | 'cancel' | 'renew' | 'rescue' | 'clean' | 'inventory',
    Loop
  >;
  private stopping = false;

  constructor(private readonly options: EngineOptions) {
    this.replicaId = options.replicaId ?? mintReplicaId();
    this.context = createContext(options);
    this.nodes = new NodeRegistry({
      executors: options.executors,
      logger: options.logger,
      onChange: () => {
        this.loops.claim.wake();
        options.onChange({ type: 'nodes' });
      },
    });
    const { leaseDurationMs, pollIntervalMs, inventoryIntervalMs } =
      options.config;
    const loop = (
      name: string,
      intervalMs: number,
      step: () => Promise<number>,
      /** How much a step has to do for there to be more. */
      full: number,
    ) =>
      new Loop({
        name,
        intervalMs,
        logger: options.logger,
        step: async () => (await step()) >= full,
      });
    this.loops = {
      prepare: loop(
        'prepare',
        pollIntervalMs,
        () => this.prepareOnce(),
        Infinity,
      ),
      claim: loop('claim', pollIntervalMs, () => this.claimOnce(), MAX_CLAIMS),
      cancel: loop('cancel', pollIntervalMs, () => this.cancelOnce(), Infinity),
      renew: loop(
        'renew',
        leaseDurationMs / 3,
        () => this.renewOnce(),
        Infinity,
      ),
      rescue: loop(
        'rescue',
        Math.min(leaseDurationMs / 3, 10 * pollIntervalMs),
        () => this.rescueOnce(),
        MAX_ROWS,
      ),
      clean: loop(
        'clean',
        leaseDurationMs,
        async () =>
          (await this.cleanOnce()) +
          (await this.announceOnce()) +
          (await this.planOnce()),
        Infinity,
      ),
      inventory: loop(
        'inventory',
        inventoryIntervalMs,
        () => this.refreshNodesOnce(),
        Infinity,
      ),
    };
  }

  /** Takes up work, beginning with what a process that was killed left on this machine. */
  async start(): Promise<void> {
    await this.rescueOnce();
    Object.values(this.loops).forEach(loop => loop.start());
  }

  /** Lets go of everything without ending it: another replica, or this one's successor, takes over at once. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(Object.values(this.loops).map(loop => loop.stop()));
    [...this.works.values(), ...this.preparations.values()].forEach(work =>
      work.abort(),
    );
    const waited = new AbortController();
    await Promise.race([
      this.settled(),
      pause(STOP_TIMEOUT_MS, undefined, { signal: waited.signal }).catch(
        () => {},
      ),
    ]);
    waited.abort();
    await releaseLeases(this.options.db, { holders: [this.replicaId] });
  }

  /** Resolves once all work under way in this process has ended. */
  async settled(): Promise<void> {
    while (this.tasks.size > 0) {
      await Promise.all(this.tasks);
    }
  }

  /** Whether this process works on an attempt, so that its readers need not poll for it. */
  holds(attemptId: string): boolean {
    return this.works.has(attemptId);
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
    let claimed = 0;
    while (!this.stopping && this.preparations.size < MAX_PREPARATIONS) {
      const run = await claimRun(this.options.db, this.newLease());
      if (!run) {
        break;
      }
      claimed++;
      const preparation = new RunPreparation(
        {
          ...this.shared(),
          source: this.options.source,
          environments: this.options.environments,
          onStarted: advanced => this.advanced(advanced),
          onChanged: changed => this.changed(changed),
        },
        run,
      );
      this.preparations.set(run.ticket, preparation);
      this.track(
        preparation.run().finally(() => {
          this.preparations.delete(run.ticket);
          this.wakePreparation();
        }),
      );
    }
    return claimed;
  }

  /** Places waiting attempts, claims them and begins to work on them. */
  async claimOnce(): Promise<number> {
    if (this.stopping) {
      return 0;
    }
    const claims = await claimAttempts(this.options.db, this.createClaim());
    claims.forEach(claim => this.work(claim, false));
    return claims.length;
  }

  /** Takes over attempts that their holders let go of, or died over. */
  async rescueOnce(): Promise<number> {
    if (this.stopping) {
      return 0;
    }
    const { db, logger } = this.options;
    const dead = (await listHolders(db)).filter(isDeadNeighbour);
    if (dead.length > 0) {
      await releaseLeases(db, { holders: dead });
    }
    const claims = await rescueAttempts(db, {
      ...this.newLease(),
      executors: this.nodes.executors(),
      limit: MAX_ROWS,
    });
    claims.forEach(claim => {
      logger.info(`Attempt ${claim.attemptId} is taken over`);
      this.work(claim, true);
    });
    return claims.length;
  }

  /** Prolongs everything that this process holds, and lets go of what it lost. */
  async renewOnce(): Promise<number> {
    const { leaseExpiresAt } = this.newLease();
    let held = 0;
    for (const [table, holdings] of [
      ['attempts', [...this.works.values()]],
      ['runs', [...this.preparations.values()]],
    ] as const) {
      const tickets = holdings.map(({ ticket }) => ticket);
      const lost = await renewLeases(this.options.db, {
        table,
        tickets,
        leaseExpiresAt,
      });
      holdings
        .filter(({ ticket }) => lost.includes(ticket))
        .forEach(holding => holding.abort());
      held += tickets.length - lost.length;
    }
    return held;
  }

  /** Has attempts killed that somebody wants to be cancelled, or whose time is over. */
  async cancelOnce(): Promise<number> {
    if (this.works.size === 0) {
      return 0;
    }
    const requested = new Set(
      await listCancelRequests(this.options.db, { holder: this.replicaId }),
    );
    const now = new Date().toISOString();
    let cancelled = 0;
    for (const work of this.works.values()) {
      if (requested.has(work.attemptId)) {
        work.cancel('cancelled');
        cancelled++;
      } else if (work.deadlineAt !== undefined && work.deadlineAt < now) {
        work.cancel('timeout');
        cancelled++;
      }
    }
    return cancelled;
  }

  /** Removes what ended attempts left in executors and chunks, where their holder did not come to it. */
  async cleanOnce(): Promise<number> {
    const attempts = await listUncleaned(this.options.db, {
      before: this.overdue(),
      limit: MAX_ROWS,
    });
    const results = await Promise.all(
      attempts.map(attempt => this.clean(attempt.id)),
    );
    return results.filter(cleaned => cleaned).length;
  }

  /** Tells of runs that succeeded, where whoever ended them did not come to it. */
  async announceOnce(): Promise<number> {
    const runs = await listUnannouncedRuns(this.options.db, {
      before: this.overdue(),
      limit: MAX_ROWS,
    });
    for (const run of runs) {
      await this.announce(run, run.version ?? undefined);
    }
    return runs.length;
  }

  /** Plans runs again that nothing would move any more. */
  async planOnce(): Promise<number> {
    const { db } = this.options;
    const stalled = await listStalledRuns(db, { limit: MAX_ROWS });
    for (const runId of stalled) {
      const at = new Date().toISOString();
      this.advanced(await replanRun(db, { runId, context: this.context, at }));
    }
    return stalled.length;
  }

  async refreshNodesOnce(): Promise<number> {
    await this.nodes.refresh();
    return this.nodes.nodes().length;
  }

  /** Follows up a change of a run that was committed: signals, wake-ups, announcements. */
  advanced({ run, queued, claims, ended }: Advanced): void {
    claims?.forEach(claim => this.work(claim, false));
    this.changed(run);
    if (queued > 0 && !claims) {
      this.loops.claim.wake();
    }
    if (ended && run.status === 'succeeded') {
      this.track(this.announce(run, ended.version));
    }
  }

  /** Signals a change of a run that was committed. */
  changed(run: Pick<RunStateRow, 'id' | 'pipeline_ref'>): void {
    this.options.onChange({
      type: 'run',
      pipelineRef: run.pipeline_ref,
      runId: run.id,
    });
  }

  private work(claim: Claim, rescued: boolean): void {
    const work = new AttemptWork(
      {
        ...this.shared(),
        executors: this.options.executors,
        results: this.options.results,
        onLog: attemptId => this.logSignal.notify(attemptId),
        createClaim: () => this.createClaim(),
        onFinished: advanced => {
          if (!advanced.claims) {
            // What the attempt held is free again.
            this.loops.claim.wake();
          }
          this.advanced(advanced);
          this.track(this.clean(claim.attemptId).then(() => {}));
        },
      },
      claim,
      rescued,
    );
    this.works.set(claim.attemptId, work);
    this.track(
      work.run().finally(() => {
        // A successor may hold the attempt by now.
        if (this.works.get(claim.attemptId) === work) {
          this.works.delete(claim.attemptId);
        }
      }),
    );
  }

  private async clean(attemptId: string): Promise<boolean> {
    if (this.stopping || this.cleaning.has(attemptId)) {
      return false;
    }
    this.cleaning.add(attemptId);
    try {
      await cleanAttempt({ ...this.options, attemptId });
      return true;
    } catch (error) {
      this.options.logger.warn(
        `Attempt ${attemptId} could not be cleaned up yet: ${messageOf(error)}`,
      );
      return false;
    } finally {
      this.cleaning.delete(attemptId);
    }
  }

  private async announce(
    run: RunStateRow,
    version: number | undefined,
  ): Promise<void> {
    const { db, logger, onRunSucceeded } = this.options;
    const succeeded: SucceededRun = {
      id: run.id,
      number: run.number,
      pipelineRef: run.pipeline_ref,
      createdBy: run.created_by,
      ...(run.branch !== null && { branch: run.branch }),
      ...(run.commit !== null && { commit: run.commit }),
      ...(version !== undefined && { version }),
    };
    try {
      await onRunSucceeded(succeeded);
      await markRunAnnounced(db, {
        runId: run.id,
        at: new Date().toISOString(),
      });
    } catch (error) {
      logger.warn(
        `The success of run ${run.id} is announced again later: ${messageOf(
          error,
        )}`,
      );
    }
  }

  private track(task: Promise<void>): void {
    this.tasks.add(task);
    task.finally(() => this.tasks.delete(task)).catch(() => {});
  }

  private shared() {
    const { db, logger, config, artifactStore } = this.options;
    return { db, logger, config, store: artifactStore, context: this.context };
  }

  private createClaim(): ClaimAttemptsArgs {
    return {
      ...this.newLease(),
      now: new Date(),
      createPlacement: reserved =>
        new Placement(this.nodes.executors(), this.nodes.nodes(), reserved),
      // A process that stops takes nothing more on.
      limit: this.stopping ? 0 : MAX_CLAIMS,
    };
  }

  private newLease() {
    const now = Date.now();
    return {
      holder: this.replicaId,
      now: new Date(now).toISOString(),
      leaseExpiresAt: new Date(
        now + this.options.config.leaseDurationMs,
      ).toISOString(),
    };
  }

  /** What ended before this time should have been followed up by whoever ended it. */
  private overdue(): string {
    return new Date(
      Date.now() - this.options.config.leaseDurationMs,
    ).toISOString();
  }
}
