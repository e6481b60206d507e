import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import {
  claimAttempts,
  type Claim,
  type ClaimAttemptsArgs,
} from '../database/operations/attempts/claimAttempts';
import type { FinishedAttempts } from '../database/operations/attempts/finishAttempts';
import { declareAttemptLost } from '../database/operations/attempts/declareAttemptLost';
import { listRequests } from '../database/operations/attempts/listRequests';
import {
  listHolders,
  releaseLeases,
  renewLeases,
  type Lease,
} from '../database/operations/leases';
import type { Advanced } from '../database/operations/runs/advanceRun';
import type { AttemptRow } from '../database/tables/runs';
import { rescueAttempts } from '../database/operations/attempts/rescueAttempts';
import { AttemptWork, type AttemptWorkOptions } from './AttemptWork';
import { AttemptWrites } from './AttemptWrites';
import { followUp } from './followUp';
import type { NodeRegistry } from './NodeRegistry';
import { Placement } from '../planning/placement';
import { isDeadNeighbour } from './replica';
import { stackOf } from './retry';
import type { Tasks } from './Tasks';

/** Attempts that one claim takes at most, so that replicas share a long queue. */
export const MAX_CLAIMS = 100;
/** Attempts that are taken over at once. */
export const MAX_RESCUES = 100;
/** Of what a dead neighbour held, its runs and deployments are free for everybody, too. */
const LEASED = ['attempts', 'runs', 'deployments'] as const;

export interface AttemptWorkerOptions
  extends Omit<AttemptWorkOptions, 'writes'> {
  /** Names this process among the replicas. */
  replicaId: string;
  nodes: NodeRegistry;
  tasks: Tasks;
  newLease(): Lease;
  /** Called after each commit of ends. */
  onFinished(finished: FinishedAttempts): void;
  /** Called after an attempt without progress was given up. */
  onDeclaredLost(attempt: AttemptRow, advanced: Advanced): void;
  /** Called when a claim may find more to place. */
  onMoreToClaim(): void;
  /** Called when this process holds fewer attempts than it may, after it was full. */
  onRoom(): void;
}

/** Holds attempts of this process: places and claims them, takes over those of others, and works on each. */
export class AttemptWorker {
  readonly writes: AttemptWrites;
  private readonly works = new Map<string, AttemptWork>();
  private stopping = false;
  private aborted = false;
  /** Whether attempts run that nobody holds, for which there was no room here: they come before new ones. */
  private hasLeftSome = false;

  constructor(private readonly options: AttemptWorkerOptions) {
    this.writes = new AttemptWrites({
      db: options.db,
      logger: options.logger,
      context: options.context,
      now: options.now,
      createClaim: () => this.createClaim(),
      onFinished: finished => this.finished(finished),
    });
  }

  /** Takes nothing more on. */
  stop(): void {
    this.stopping = true;
  }

  /** Lets go of every attempt without ending it. */
  abort(): void {
    this.aborted = true;
    this.works.forEach(work => work.abort());
  }

  /** Whether this process takes no new attempt on because it holds as many as it may. */
  isFull(): boolean {
    return this.hasLeftSome || this.room() === 0;
  }

  holds(attemptId: string): boolean {
    return this.works.has(attemptId);
  }

  /** Places waiting attempts, claims them and begins to work on them. */
  async claim(): Promise<number> {
    if (this.roomForNew() === 0) {
      return 0;
    }
    const { db } = this.options;
    const claims = await claimAttempts(db, this.createClaim());
    claims.forEach(claim => this.work(claim, false));
    return claims.length;
  }

  /** Takes over attempts that their holders let go of, or died over. */
  async rescue(): Promise<number> {
    if (this.stopping) {
      return 0;
    }
    const limit = Math.min(MAX_RESCUES, this.room());
    const { db, logger, nodes, newLease } = this.options;
    await nodes.ensureKnown();
    const holders = await listHolders(db, LEASED);
    const dead = holders.filter(isDeadNeighbour);
    for (const table of LEASED) {
      await releaseLeases(db, { table, holders: dead });
    }
    const { claims, isMore } = await rescueAttempts(db, {
      ...newLease(),
      nodes: nodes.nodes().map(({ name }) => name),
      limit,
    });
    this.hasLeftSome = limit < MAX_RESCUES && isMore;
    for (const claim of claims) {
      if ((claim.rescues ?? 0) > this.options.config.maxRescues) {
        await this.giveUpRescue(claim);
      } else {
        logger.info(`Attempt ${claim.attemptId} is taken over`);
        this.work(claim, true);
      }
    }
    return claims.length;
  }

  /** Prolongs the claims of everything under work, and lets go of what was lost. */
  async renew(): Promise<number> {
    const { db, newLease } = this.options;
    return await this.writes.inTurn(async () => {
      const works = [...this.works.values()];
      const lost = await renewLeases(db, {
        table: 'attempts',
        tickets: works.map(({ ticket }) => ticket),
        leaseExpiresAt: newLease().leaseExpiresAt,
      });
      works
        .filter(({ ticket }) => lost.includes(ticket))
        .forEach(work => work.abort());
      return works.length - lost.length;
    });
  }

  /** Has attempts killed that somebody wants to be cancelled, whose node is to be empty, or whose time is over. */
  async cancel(): Promise<number> {
    if (this.works.size === 0) {
      return 0;
    }
    const { db, replicaId } = this.options;
    const requests = new Map(
      (await listRequests(db, { holder: replicaId })).map(request => [
        request.attemptId,
        request,
      ]),
    );
    const now = new Date(this.options.now()).toISOString();
    let cancelled = 0;
    for (const work of this.works.values()) {
      const request = requests.get(work.attemptId);
      if (!request?.evict) {
        work.stay();
      }
      if (request?.giveUp) {
        work.giveUp({ type: 'given-up', ...request.giveUp });
        cancelled++;
      } else if (request?.cancel) {
        work.cancel('cancelled');
        cancelled++;
      } else if (request?.evict) {
        work.evict();
        cancelled++;
      } else if (work.deadlineAt !== undefined && work.deadlineAt < now) {
        work.cancel('timeout');
        cancelled++;
      }
    }
    return cancelled;
  }

  /** Something about it keeps every holder from getting on; whoever comes next would fare alike. */
  private async giveUpRescue(claim: Claim): Promise<void> {
    const { db, logger, context, config, now, onDeclaredLost } = this.options;
    const { attemptId } = claim;
    const why = reason('attempt.rescuedTooOften', {
      count: config.maxRescues,
    });
    const at = new Date(now()).toISOString();
    try {
      const lost = { attemptId, reason: why, context, at };
      const { attempt, advanced } = await declareAttemptLost(db, lost);
      followUp(logger, `The end of attempt ${attemptId}`, () =>
        onDeclaredLost(attempt, advanced),
      );
    } catch (error) {
      logger.error(`Attempt ${attemptId} could not be given up`, {
        error: stackOf(error),
      });
    }
  }

  private finished(finished: FinishedAttempts): void {
    const { claims } = finished;
    claims?.forEach(claim => this.work(claim, false));
    // What the attempts held is free again, and what they let start may wait.
    if (!claims || claims.length >= MAX_CLAIMS) {
      this.options.onMoreToClaim();
    }
    this.options.onFinished(finished);
  }

  private work(claim: Claim, rescued: boolean): void {
    const { attemptId } = claim;
    const work = new AttemptWork(
      { ...this.options, writes: this.writes },
      claim,
      rescued,
    );
    this.works.set(attemptId, work);
    if (this.aborted) {
      // It came from a step that stopping has not waited for.
      work.abort();
    }
    this.options.tasks.track(work.run().finally(() => this.drop(work)));
  }

  private drop(work: AttemptWork): void {
    const { attemptId } = work;
    const wasFull = this.isFull();
    // A successor may hold the attempt by now.
    if (this.works.get(attemptId) === work) {
      this.works.delete(attemptId);
    }
    if (wasFull && this.room() > 0) {
      this.options.onRoom();
    }
  }

  /** How many more attempts this process may hold. */
  private room(): number {
    return Math.max(0, this.options.config.maxHeldAttempts - this.works.size);
  }

  /** How many of them may be new. */
  private roomForNew(): number {
    return this.stopping || this.hasLeftSome
      ? 0
      : Math.min(MAX_CLAIMS, this.room());
  }

  private createClaim(): ClaimAttemptsArgs {
    const { nodes, newLease } = this.options;
    return {
      ...newLease(),
      now: new Date(this.options.now()),
      createPlacement: (reserved, cordons) =>
        new Placement(nodes.executors(), nodes.nodes(), reserved, cordons),
      limit: this.roomForNew(),
    };
  }
}
