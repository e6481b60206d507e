import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type {
  ArtifactStore,
  Executor,
} from '@model-ci/backstage-plugin-model-ci-node';
import { listUncleaned } from '../database/operations/attempts/listUncleaned';
import { forgetGiven } from '../database/operations/secrets/givenSecrets';
import { isLost } from '../database/outcomes';
import type { AttemptRow } from '../database/tables/runs';
import { compactLog } from '../logs/compactLog';
import { readHandle } from './readHandle';
import type { AttemptWrites } from './AttemptWrites';
import type { NodeRegistry } from './NodeRegistry';
import { messageOf } from './retry';

export interface AttemptCleanerOptions {
  db: Knex;
  logger: LoggerService;
  artifactStore: ArtifactStore;
  executors: ReadonlyMap<string, Executor>;
  nodes: Pick<NodeRegistry, 'nodes'>;
  writes: AttemptWrites;
}

/**
 * Moves the logs of ended attempts into the artifact store and has the executors remove what is left of
 * them. Safe to repeat, also by two replicas at once.
 */
export class AttemptCleaner {
  private readonly cleaning = new Set<string>();
  private stopping = false;
  /** Where the last step ended, if there was more. */
  private last?: AttemptRow;

  constructor(private readonly options: AttemptCleanerOptions) {}

  /** Takes nothing more on. */
  stop(): void {
    this.stopping = true;
  }

  /** Cleans up what ended before a time, where whoever ended it did not come to it. */
  async cleanOverdue(args: { before: string; limit: number }): Promise<number> {
    const { db, nodes } = this.options;
    const attempts = await listUncleaned(db, {
      ...args,
      nodes: nodes.nodes().map(({ name }) => name),
      ...(this.last && { after: this.last }),
    });
    // Those that cannot be cleaned up keep none of the others from it: the next step begins behind them.
    this.last = attempts.length === args.limit ? attempts.at(-1) : undefined;
    const results = await Promise.all(
      attempts.map(attempt => this.clean(attempt)),
    );
    return results.filter(cleaned => cleaned).length;
  }

  /** Cleans up an attempt by its row as it was when it ended, or later; never rejects. */
  async clean(attempt: AttemptRow): Promise<boolean> {
    const { id } = attempt;
    if (this.stopping || this.cleaning.has(id)) {
      return false;
    }
    this.cleaning.add(id);
    try {
      await this.remove(attempt);
      await this.options.writes.markCleaned(id);
      return true;
    } catch (error) {
      this.options.logger.warn(
        `Attempt ${id} could not be cleaned up yet: ${messageOf(error)}`,
      );
      return false;
    } finally {
      this.cleaning.delete(id);
    }
  }

  private async remove(attempt: AttemptRow): Promise<void> {
    const { db, artifactStore, executors } = this.options;
    if (attempt.log_source !== null) {
      // It has ended, and its log is whole: nothing is to be masked any more.
      await forgetGiven(db, { holderId: attempt.id });
    }
    if (attempt.log_digest === null) {
      await compactLog(db, artifactStore, {
        id: attempt.id,
        logSize: Number(attempt.log_size),
      });
    }
    const withdrawn = whatMayRun(attempt);
    if (attempt.handle === null && !withdrawn) {
      return;
    }
    const executor = executors.get(attempt.executor);
    if (!executor) {
      throw new Error(`executor ${attempt.executor} is not installed here`);
    }
    if (withdrawn) {
      this.demandListed(withdrawn.node);
      await executor.withdraw(withdrawn);
    }
    if (attempt.handle !== null) {
      await executor.cleanup(readHandle(attempt.handle), {
        keepsImage: attempt.built_image !== null,
      });
    }
  }

  /** An executor that does not know a node cannot say that nothing runs there. */
  private demandListed(node: string): void {
    if (!this.options.nodes.nodes().some(({ name }) => name === node)) {
      throw new Error(`node ${node} is not listed here`);
    }
  }
}

/** An attempt whose end nobody has seen may still run, or come back with its node. */
function whatMayRun({
  id,
  node,
  outcome,
}: AttemptRow): { attemptId: string; node: string } | undefined {
  return node !== null && isLost(outcome) ? { attemptId: id, node } : undefined;
}
