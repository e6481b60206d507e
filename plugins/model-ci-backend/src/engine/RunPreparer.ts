import { renewLeases, type Lease } from '../database/operations/leases';
import { claimRun } from '../database/operations/runs/claimRun';
import { RunPreparation, type RunPreparationOptions } from './RunPreparation';
import type { Tasks } from './Tasks';

/** Runs that one process prepares side by side. */
const MAX_PREPARATIONS = 4;

export interface RunPreparerOptions extends RunPreparationOptions {
  tasks: Tasks;
  newLease(): Lease;
  /** Called when there is room for another run. */
  onRoom(): void;
}

/** Claims queued runs and prepares a few of them at a time. */
export class RunPreparer {
  private readonly preparations = new Map<string, RunPreparation>();
  private stopping = false;

  constructor(private readonly options: RunPreparerOptions) {}

  /** Lets go of every run; takes nothing more on. */
  stop(): void {
    this.stopping = true;
    this.preparations.forEach(preparation => preparation.abort());
  }

  /** Claims and begins to prepare queued runs. */
  async prepare(): Promise<number> {
    const { db, tasks, newLease, onRoom } = this.options;
    let claimed = 0;
    while (!this.stopping && this.preparations.size < MAX_PREPARATIONS) {
      const run = await claimRun(db, newLease());
      if (!run) {
        break;
      }
      claimed++;
      const preparation = new RunPreparation(this.options, run);
      this.preparations.set(run.ticket, preparation);
      tasks.track(
        preparation.run().finally(() => {
          this.preparations.delete(run.ticket);
          onRoom();
        }),
      );
    }
    return claimed;
  }

  /** Prolongs the claims of all runs under preparation, and lets go of those that were lost. */
  async renew(): Promise<number> {
    const preparations = [...this.preparations.values()];
    const { db, newLease } = this.options;
    const lost = await renewLeases(db, {
      table: 'runs',
      tickets: preparations.map(({ ticket }) => ticket),
      leaseExpiresAt: newLease().leaseExpiresAt,
    });
    preparations
      .filter(({ ticket }) => lost.includes(ticket))
      .forEach(preparation => preparation.abort());
    return preparations.length - lost.length;
  }
}
