import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { listUnannouncedRuns } from '../database/operations/runs/listUnannouncedRuns';
import { markRunAnnounced } from '../database/operations/runs/markRunAnnounced';
import type { RunStateRow } from '../database/tables/runs';
import { messageOf } from './retry';
import type { SucceededRun } from './types';

/** Announces to those who wait for it that a run succeeded, until they have heard it. */
export class RunAnnouncer {
  constructor(
    private readonly options: {
      db: Knex;
      logger: LoggerService;
      onRunSucceeded(run: SucceededRun): Promise<void>;
    },
  ) {}

  /** Announces runs that ended before a time, where whoever ended them did not come to it. */
  async announceOverdue(args: {
    before: string;
    limit: number;
  }): Promise<number> {
    const runs = await listUnannouncedRuns(this.options.db, args);
    for (const run of runs) {
      await this.announce(run, run.version ?? undefined);
    }
    return runs.length;
  }

  /** Never rejects; what could not be announced is announced again later. */
  async announce(run: RunStateRow, version: number | undefined): Promise<void> {
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
}
