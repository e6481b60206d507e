import { claimDeployments } from '../database/operations/deployments/claimDeployments';
import type { HeldDeployment } from '../database/operations/deployments/held';
import {
  newLease,
  releaseLeases,
  renewLeases,
  type Lease,
} from '../database/operations/leases';
import { TicketLostError } from '../database/operations/ticket';
import type { DeploymentContext } from './context';
import type { DeploymentMover } from './DeploymentMover';
import { DeploymentWorker } from './DeploymentWorker';
import { ServiceCleaner } from './ServiceCleaner';
import { withinTime } from '../withinTime';

/** Deployments that one step claims, so that replicas share them. */
const CLAIM_BATCH = 20;
/** Milliseconds between looks that callers ask for, however many ask. */
const LOOK_INTERVAL = 1000;
/** Milliseconds that `stop` waits for steps under way. */
const STOP_LIMIT = 5000;

interface Holding extends HeldDeployment {
  dueAt: number;
  /** When the last step began. */
  lookedAt: number;
  /** The step that is under way. */
  step?: Promise<void>;
}

/**
 * Claims deployments, moves them on, watches those that serve, and stops the services of those that ended.
 * `start` does it all by itself; each part is also a public single step.
 */
export class DeploymentLoop {
  private readonly held = new Map<string, Holding>();
  private readonly worker: DeploymentWorker;
  private readonly cleaner: ServiceCleaner;
  private running?: Promise<void>;
  private stopping = false;
  private cleaning?: Promise<number>;
  private renewAt = 0;
  private moveAt = 0;
  private awake = false;
  private sleepUntil = 0;
  private wakeSleeper?: () => void;

  constructor(
    private readonly ctx: DeploymentContext,
    private readonly mover: Pick<DeploymentMover, 'move'>,
  ) {
    this.worker = new DeploymentWorker(ctx);
    this.cleaner = new ServiceCleaner(ctx, this.worker);
  }

  /** Begins to work in the background. */
  async start(): Promise<void> {
    this.stopping = false;
    this.running ??= this.run();
  }

  /** Ends the background work and gives the claims back. The services go on. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake();
    await this.running;
    this.running = undefined;
    const steps = [...this.held.values()].map(({ step }) => step);
    await withinTime(Promise.all([...steps, this.cleaning]), STOP_LIMIT);
    // A step that is still under way keeps its claim, which expires by itself.
    const free = [...this.held.values()].filter(({ step }) => !step);
    this.held.clear();
    await releaseLeases(this.ctx.db, {
      table: 'deployments',
      tickets: free.map(({ ticket }) => ticket),
    });
  }

  /** Makes the background work look for new deployments now. */
  wake(): void {
    this.awake = true;
    this.wakeSleeper?.();
  }

  /** Looks at a deployment soon rather than when it is due, if this replica holds it. */
  lookAt(deploymentId: string): void {
    const holding = this.held.get(deploymentId);
    const now = this.ctx.now();
    if (holding && now - holding.lookedAt >= LOOK_INTERVAL) {
      holding.dueAt = Math.min(holding.dueAt, now);
      this.wake();
    }
  }

  /** Single step: claims what nobody holds; answers how many. */
  async claimDeployments(): Promise<number> {
    const now = this.ctx.now();
    const claimed = await claimDeployments(this.ctx.db, {
      ...this.newLease(),
      limit: CLAIM_BATCH,
    });
    for (const held of claimed) {
      this.held.set(held.id, { ...held, dueAt: now, lookedAt: 0 });
    }
    return claimed.length;
  }

  /** Single step: moves on every held deployment that is due, each by one step. */
  async advanceDeployments(): Promise<void> {
    const now = this.ctx.now();
    const due = [...this.held.values()].filter(
      ({ step, dueAt }) => !step && dueAt <= now,
    );
    await Promise.all(due.map(holding => this.advance(holding)));
  }

  /** Single step: prolongs the claims and drops those that were lost. */
  async renewLeases(): Promise<void> {
    if (this.held.size === 0) {
      return;
    }
    const holdings = [...this.held.values()];
    const lost = await renewLeases(this.ctx.db, {
      table: 'deployments',
      tickets: holdings.map(({ ticket }) => ticket),
      leaseExpiresAt: this.newLease().leaseExpiresAt,
    });
    holdings
      .filter(({ ticket }) => lost.includes(ticket))
      .forEach(holding => this.drop(holding));
  }

  /** Single step: stops the services of ended deployments; answers how many. */
  async cleanServices(): Promise<number> {
    return this.cleaner.clean();
  }

  /** Single step: has what serves from drained or lost nodes served from elsewhere; answers how many were requested. */
  async moveDeployments(): Promise<number> {
    return this.mover.move();
  }

  /** Ids of the deployments that this replica holds. */
  heldDeployments(): string[] {
    return [...this.held.keys()];
  }

  private newLease(): Lease {
    const { replicaId, settings, now } = this.ctx;
    return newLease(replicaId, settings.leaseDuration, now());
  }

  private advance(holding: Holding): Promise<void> {
    const step = this.takeStep(holding).finally(() => {
      holding.step = undefined;
    });
    holding.step = step;
    return step;
  }

  private async takeStep(holding: Holding): Promise<void> {
    holding.lookedAt = this.ctx.now();
    try {
      const step = await this.worker.advance(holding);
      if (step.type === 'ended') {
        this.drop(holding);
      } else {
        holding.dueAt = this.ctx.now() + step.after;
      }
    } catch (error) {
      if (error instanceof TicketLostError) {
        this.drop(holding);
        return;
      }
      this.ctx.logger.warn(
        `Deployment ${holding.id} could not be moved on and is tried again: ${error}`,
      );
      holding.dueAt = this.ctx.now() + 2 * this.ctx.settings.pollInterval;
    }
  }

  private drop(holding: Holding): void {
    if (this.held.get(holding.id) === holding) {
      this.held.delete(holding.id);
      this.worker.forget(holding.id);
    }
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      this.awake = false;
      try {
        await this.tick();
      } catch (error) {
        this.ctx.logger.warn(`Deployments could not be looked at: ${error}`);
      }
      await this.sleep();
    }
  }

  private async tick(): Promise<void> {
    if (this.renewAt <= this.ctx.now()) {
      this.renewAt = this.ctx.now() + this.ctx.settings.leaseDuration / 3;
      await this.renewLeases();
    }
    if (this.moveAt <= this.ctx.now()) {
      this.moveAt = this.ctx.now() + this.ctx.settings.healthInterval;
      await this.moveDeployments().catch(error => {
        this.ctx.logger.warn(
          `What drained nodes serve could not be moved and is tried again: ${error}`,
        );
      });
    }
    await this.claimDeployments();
    // Not awaited: a long start must not keep the other deployments waiting. What follows a step wakes the loop.
    for (const holding of this.held.values()) {
      if (!holding.step && holding.dueAt <= this.ctx.now()) {
        void this.advance(holding).then(() => this.wakeFor(holding));
      }
    }
    this.cleaning ??= this.cleanServices()
      .catch(error => {
        this.ctx.logger.warn(`Services could not be cleaned: ${error}`);
        return 0;
      })
      .finally(() => {
        this.cleaning = undefined;
      });
  }

  private wakeFor(holding: Holding): void {
    if (holding.dueAt < this.sleepUntil) {
      this.wake();
    }
  }

  private async sleep(): Promise<void> {
    if (this.awake || this.stopping) {
      return;
    }
    const now = this.ctx.now();
    const next = [...this.held.values()]
      .filter(({ step }) => !step)
      .reduce(
        (earliest, { dueAt }) => Math.min(earliest, dueAt),
        now + this.ctx.settings.pollInterval,
      );
    this.sleepUntil = next;
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, Math.max(next - now, 1));
      this.wakeSleeper = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wakeSleeper = undefined;
  }
}
