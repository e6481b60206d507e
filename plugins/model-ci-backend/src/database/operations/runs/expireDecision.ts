import type { Knex } from 'knex';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { ApprovalRow, StageRow } from '../../tables/runs';
import { transact } from '../../transact';
import { closeApprovals } from '../stages/closeApprovals';
import { updateStages } from '../stages/updateStages';
import { advanceRun, type AdvanceContext, type Advanced } from './advanceRun';
import { lockRun } from './lockRun';

/** Stops a stage on which nobody has decided in time. Undefined where somebody has, meanwhile. */
export async function expireDecision(
  db: Knex,
  args: {
    approval: Pick<ApprovalRow, 'id' | 'run_id' | 'stage_id'>;
    context: AdvanceContext;
    at: string;
  },
): Promise<Advanced | undefined> {
  const { approval, at } = args;
  const { run_id: runId, stage_id: stageId } = approval;
  return await transact(db, async tx => {
    const run = await lockRun(tx, { runId });
    const open = await tx<ApprovalRow>('approvals')
      .where({ id: approval.id })
      .whereNull('decision')
      .first('id');
    const stage = await tx<StageRow>('stages')
      .where({ id: stageId, status: 'waiting' })
      .first('id');
    if (!open || !stage) {
      return undefined;
    }
    const why = reason('stage.decisionTimedOut');
    await closeApprovals(tx, {
      stageIds: [stageId],
      decision: 'stop',
      at,
    });
    await updateStages(tx, [
      { stageId, status: 'failed', finishedAt: at, reason: why },
    ]);
    return await advanceRun(tx, {
      run,
      context: args.context,
      changes: [{ runId, stageId, from: 'waiting', to: 'failed', reason: why }],
      at,
    });
  });
}
