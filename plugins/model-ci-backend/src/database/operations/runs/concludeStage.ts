import type { Knex } from 'knex';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { StageEnd } from '../../../planning/conclusion';
import { storeReason } from '../../storedReason';
import type { RunStateRow, StageRow } from '../../tables/runs';
import { transact } from '../../transact';
import type { StateChange } from '../history/insertChanges';
import { insertApprovals } from '../stages/insertApprovals';
import type { InstancesOfStage } from '../stages/findInstances';
import { advanceRun, type AdvanceContext, type Advanced } from './advanceRun';
import { lockRun } from './lockRun';

/**
 * Ends a stage of which all instances have ended, and moves its run on. Undefined where somebody else has concluded it
 * since it was read: what has ended stays so until the run is retried, and no run is retried before its stages have ended.
 */
export async function concludeStage(
  db: Knex,
  args: {
    of: InstancesOfStage;
    end: StageEnd;
    /** Whether a person decides before the run goes on. */
    hold: boolean;
    context: AdvanceContext;
    at: string;
  },
): Promise<Advanced | undefined> {
  const { context, at } = args;
  const { stage } = args.of;
  return await transact(db, async tx => {
    const run = await lockRun(tx, { runId: stage.run_id });
    const waits =
      args.hold &&
      args.end.status === 'succeeded' &&
      run.cancel_requested_at === null;
    const moved = await tx<StageRow>('stages')
      .where({ id: stage.id, status: stage.status })
      .update({
        status: waits ? 'waiting' : args.end.status,
        reason: storeReason(args.end.reason),
        finished_at: waits ? null : at,
      });
    if (moved === 0) {
      return undefined;
    }
    if (waits) {
      await askPeople(tx, stage, at);
    }
    const change = changeOf(run, stage, args.end, waits);
    return await advanceRun(tx, { run, context, changes: [change], at });
  });
}

async function askPeople(
  tx: Knex.Transaction,
  { id: stageId, run_id: runId }: StageRow,
  at: string,
): Promise<void> {
  const question = reason('stage.hold');
  await insertApprovals(tx, [{ runId, stageId, question, at }]);
}

function changeOf(
  run: RunStateRow,
  stage: StageRow,
  end: StageEnd,
  waits: boolean,
): StateChange {
  return {
    runId: run.id,
    stageId: stage.id,
    from: stage.status,
    to: waits ? 'waiting' : end.status,
    ...(end.reason !== undefined && { reason: end.reason }),
    ...(end.status === 'cancelled' &&
      run.cancel_requested_by !== null && { by: run.cancel_requested_by }),
  };
}
