import { NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { AttemptRow, StageRow } from '../../tables/runs';
import { whereStage } from '../stages/whereStage';
import { withReason } from '../../../withReason';

export interface StageAttempt {
  stage: StageRow;
  /** Absent while the stage has none. */
  attempt?: AttemptRow;
}

/**
 * An attempt of a stage or an instance by its number, or the last one. Rejects with `NotFoundError` if there is no such
 * stage, or no attempt of the number given.
 */
export async function findAttempt(
  db: Knex | Knex.Transaction,
  args: { runId: string; stage: string; number?: number },
): Promise<StageAttempt> {
  const stage = await db<StageRow>('stages')
    .modify(whereStage, { runId: args.runId, key: args.stage })
    .first();
  if (!stage) {
    throw withReason(
      NotFoundError,
      reason('error.noStage', { run: args.runId, stage: args.stage }),
    );
  }
  const attempt = await db<AttemptRow>('attempts')
    .where({ stage_id: stage.id })
    .modify(query => {
      if (args.number !== undefined) {
        query.where({ number: args.number });
      }
    })
    .orderBy('number', 'desc')
    .first();
  if (!attempt && args.number !== undefined) {
    throw withReason(
      NotFoundError,
      reason('error.noAttemptOfStage', {
        run: args.runId,
        stage: args.stage,
        number: String(args.number),
      }),
    );
  }
  return { stage, ...(attempt && { attempt }) };
}
