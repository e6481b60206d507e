import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import {
  formatReason,
  isFinal,
  reason,
  type Reason,
  type Status,
} from '@model-ci/backstage-plugin-model-ci-common';
import type {
  AttemptRow,
  RunRow,
  RunStateRow,
  StageRow,
} from '../../tables/runs';
import { transact } from '../../transact';
import { closeApprovals } from '../stages/closeApprovals';
import { insertChanges, type StateChange } from '../history/insertChanges';
import { advanceRun, type AdvanceContext, type Advanced } from './advanceRun';
import { refuseExternal } from '../external/refuseExternal';
import { lockRun } from './lockRun';
import { RELEASED } from '../leases';
import { withReason } from '../../../withReason';
import { statusWord } from '../../../statusWord';

/**
 * Cancels a run. What waits is cancelled at once; what runs is marked, and its holder kills it and
 * moves its row next. The run ends with the last of its attempts. Asking again changes nothing.
 */
export async function cancelRun(
  db: Knex,
  args: { runId: string; by: string; context: AdvanceContext; at: string },
): Promise<Advanced> {
  const { runId, by, at } = args;
  return await transact(db, async tx => {
    const run = await lockRun(tx, { runId });
    await refuseExternal(tx, run, 'error.externalNotCancellable');
    if (isFinal(run.status)) {
      throw withReason(
        ConflictError,
        reason('error.notCancellable', {
          number: run.number,
          pipeline: run.pipeline_ref,
          status: statusWord(run.status),
        }),
      );
    }
    if (run.cancel_requested_at !== null) {
      return { run, queued: 0 };
    }
    const why = reason('run.cancelledBy', { by });
    if (run.status === 'queued') {
      return {
        run: await cancelQueued(tx, run, { by, at, why }),
        queued: 0,
      };
    }
    const [marked] = await tx<RunRow>('runs')
      .where({ id: runId })
      .update({ cancel_requested_at: at, cancel_requested_by: by })
      .returning('*');

    const changes: StateChange[] = [];
    const note = (
      stageId: string,
      attemptId?: string,
      from: Status = 'queued',
    ) =>
      changes.push({
        runId,
        stageId,
        ...(attemptId !== undefined && { attemptId }),
        from,
        to: 'cancelled',
        by,
        reason: why,
      });
    const cancelled = {
      status: 'cancelled' as Status,
      reason: formatReason(why),
      finished_at: at,
    };
    const attempts = await tx<AttemptRow>('attempts')
      .where({ run_id: runId, status: 'queued' })
      .update(cancelled)
      .returning(['id', 'stage_id']);
    attempts.forEach(attempt => note(attempt.stage_id, attempt.id));
    // A claim that won the race against the statement above is seen by this one.
    await tx<AttemptRow>('attempts')
      .where({ run_id: runId, status: 'running' })
      .update({ cancel_requested_at: at });
    const stages = await tx<StageRow>('stages')
      .where({ run_id: runId, status: 'queued' })
      .update(cancelled)
      .returning('id');
    stages.forEach(stage => note(stage.id));
    const waiting = await tx<StageRow>('stages')
      .where({ run_id: runId, status: 'waiting' })
      .update(cancelled)
      .returning('id');
    waiting.forEach(stage => note(stage.id, undefined, 'waiting'));
    await closeApprovals(tx, {
      stageIds: waiting.map(({ id }) => id),
      decision: 'cancelled',
      by,
      at,
    });
    return await advanceRun(tx, {
      run: marked,
      context: args.context,
      changes,
      at,
    });
  });
}

/** Whoever prepares the run notices by its lost ticket. */
async function cancelQueued(
  tx: Knex.Transaction,
  run: RunStateRow,
  { by, at, why }: { by: string; at: string; why: Reason },
): Promise<RunStateRow> {
  const [cancelled] = await tx<RunRow>('runs')
    .where({ id: run.id })
    .update({
      status: 'cancelled',
      reason: formatReason(why),
      finished_at: at,
      cancel_requested_at: at,
      cancel_requested_by: by,
      ...RELEASED,
    })
    .returning('*');
  await insertChanges(tx, {
    changes: [
      { runId: run.id, from: 'queued', to: 'cancelled', by, reason: why },
    ],
    at,
  });
  return cancelled;
}
