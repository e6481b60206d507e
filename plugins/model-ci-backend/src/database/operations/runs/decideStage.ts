import { ConflictError, NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { reasonText } from '../../reasonText';
import type { StageRow } from '../../tables/runs';
import { transact } from '../../transact';
import { closeApprovals } from '../stages/closeApprovals';
import { whereStage } from '../stages/whereStage';
import { updateStages } from '../stages/updateStages';
import { advanceRun, type AdvanceContext, type Advanced } from './advanceRun';
import { lockRun } from './lockRun';

/** A person lets a run go on that waits at a stage, or stops it there; the run moves on in the same transaction. */
export async function decideStage(
  db: Knex,
  args: {
    runId: string;
    stage: string;
    decision: 'continue' | 'stop';
    by: string;
    reason: string;
    context: AdvanceContext;
    at: string;
  },
): Promise<Advanced> {
  const { runId, decision, by, at } = args;
  const said = reasonText(args.reason);
  return await transact(db, async tx => {
    const run = await lockRun(tx, { runId });
    const stage = await tx<StageRow>('stages')
      .modify(whereStage, { runId, key: args.stage })
      .first();
    if (!stage) {
      throw new NotFoundError(`Run ${runId} has no stage '${args.stage}'`);
    }
    if (stage.status !== 'waiting') {
      throw new ConflictError(
        `Stage '${args.stage}' of run ${run.number} of ${run.pipeline_ref} is '${stage.status}', only a 'waiting' stage can be decided on`,
      );
    }
    const status = decision === 'continue' ? 'succeeded' : 'failed';
    const why = decisionReason(decision, by, said);
    await closeApprovals(tx, {
      stageIds: [stage.id],
      decision,
      by,
      reason: said,
      at,
    });
    await updateStages(tx, [
      {
        stageId: stage.id,
        status,
        finishedAt: at,
        ...(decision === 'stop' && { reason: why }),
      },
    ]);
    return await advanceRun(tx, {
      run,
      context: args.context,
      changes: [
        {
          runId,
          stageId: stage.id,
          from: 'waiting',
          to: status,
          by,
          reason: why,
        },
      ],
      at,
    });
  });
}

function decisionReason(
  decision: 'continue' | 'stop',
  by: string,
  said: string,
): Reason {
  return reason(decision === 'continue' ? 'stage.continued' : 'stage.stopped', {
    by,
    reason: said,
  });
}
