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
    return await cancelLocked(tx, { run, by, why, context: args.context, at });
  });
}

/** Cancels a locked run that has not ended; nobody in particular where it does not say who. */
export async function cancelLocked(
  tx: Knex.Transaction,
  args: {
    run: RunStateRow;
    by?: string;
    why: Reason;
    /** What is written to the run besides. */
    values?: Partial<RunRow>;
    context: AdvanceContext;
    at: string;
  },
): Promise<Advanced> {
  const { run, by, why, at } = args;
  const runId = run.id;
  if (run.status === 'queued') {
    return { run: await cancelQueued(tx, args), queued: 0 };
  }
  const [marked] = await tx<RunRow>('runs')
    .where({ id: runId })
    .update({
      ...args.values,
      cancel_requested_at: at,
      cancel_requested_by: by ?? null,
    })
    .returning('*');

  const changes: StateChange[] = [];
  const note = (stageId: string, attemptId?: string, from: Status = 'queued') =>
    changes.push({
      runId,
      stageId,
      ...(attemptId !== undefined && { attemptId }),
      from,
      to: 'cancelled',
      ...(by !== undefined && { by }),
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
    ...(by !== undefined && { by }),
    at,
  });
  return await advanceRun(tx, {
    run: marked,
    context: args.context,
    changes,
    at,
  });
}

/** Whoever prepares the run notices by its lost ticket. */
async function cancelQueued(
  tx: Knex.Transaction,
  args: Omit<Parameters<typeof cancelLocked>[1], 'context'>,
): Promise<RunStateRow> {
  const { run, by, at, why } = args;
  const [cancelled] = await tx<RunRow>('runs')
    .where({ id: run.id })
    .update({
      status: 'cancelled',
      reason: formatReason(why),
      finished_at: at,
      ...args.values,
      cancel_requested_at: at,
      cancel_requested_by: by ?? null,
      ...RELEASED,
    })
    .returning('*');
  await insertChanges(tx, {
    changes: [
      {
        runId: run.id,
        from: 'queued',
        to: 'cancelled',
        ...(by !== undefined && { by }),
        reason: why,
      },
    ],
    at,
  });
  return cancelled;
}
