import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type {
  AdvanceContext,
  Advanced,
} from '../database/operations/runs/advanceRun';
import { concludeStage } from '../database/operations/runs/concludeStage';
import {
  findEndedInstances,
  type InstancesOfStage,
} from '../database/operations/stages/findInstances';
import { listToConclude } from '../database/operations/stages/listToConclude';
import { findConclusion } from './findConclusion';
import { stackOf } from './retry';
import type { EngineAnalyses } from './types';

/**
 * Finds out how stages end whose instances have all ended. What that takes is read outside of any transaction; one guarded
 * write then moves the stage and its run. Doing it again changes nothing.
 */
export class StageConcluder {
  constructor(
    private readonly options: {
      db: Knex;
      logger: LoggerService;
      analyses: EngineAnalyses;
      context: AdvanceContext;
      /** Milliseconds since 1970. */
      now(): number;
      /** Called after commit with the run that a conclusion moved on. */
      onConcluded(advanced: Advanced): void;
    },
  ) {}

  /** Concludes stages where whoever ended their last instance did not come to it. */
  async concludeLeft(args: { limit: number }): Promise<number> {
    const stages = await listToConclude(this.options.db, args);
    for (const stageId of stages) {
      await this.conclude(stageId);
    }
    return stages.length;
  }

  /** Never rejects; what could not be concluded is concluded later. */
  async conclude(stageId: string): Promise<void> {
    const { db, logger, onConcluded } = this.options;
    try {
      const of = await findEndedInstances(db, { stageId });
      const advanced = of && (await this.store(of));
      if (advanced) {
        onConcluded(advanced);
      }
    } catch (error) {
      logger.error(`Stage ${stageId} is concluded again later`, {
        error: stackOf(error),
      });
    }
  }

  private async store(of: InstancesOfStage): Promise<Advanced | undefined> {
    const { db, analyses, context, now } = this.options;
    const { run_id: runId, name } = of.stage;
    const content = await context.findRunContent(db, runId);
    const definition = content?.definition.stages[name];
    if (!definition) {
      throw new Error(`Run ${runId} has no definition of stage '${name}'`);
    }
    return await concludeStage(db, {
      of,
      ...(await findConclusion({ db, analyses }, of, definition)),
      hold: definition.hold === true,
      timeoutSeconds: definition.decisionTimeoutSeconds,
      context,
      at: new Date(now()).toISOString(),
    });
  }
}
