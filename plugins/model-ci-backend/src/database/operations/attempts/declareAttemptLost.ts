import { ConflictError, NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import {
  formatReason,
  type Reason,
  reason as reasonOf,
} from '@model-ci/backstage-plugin-model-ci-common';
import { formatOutcome } from '../../outcomes';
import type { AttemptRow } from '../../tables/runs';
import { isPostgres, transact } from '../../transact';
import { isExternal } from '../external/externalRuns';
import type { StateChange } from '../history/insertChanges';
import {
  advanceRun,
  type AdvanceContext,
  type Advanced,
} from '../runs/advanceRun';
import { lockRun } from '../runs/lockRun';
import { updateStages } from '../stages/updateStages';
import { RELEASED } from '../leases';
import { withReason } from '../../../withReason';
import { statusWord } from '../../../statusWord';

/**
 * Ends an attempt whatever became of its engine, its executor or its row. Its holder, if there is one, has lost its
 * ticket and lets go of it. No other attempt follows by itself, because this one may still run somewhere.
 */
export async function declareAttemptLost(
  db: Knex,
  args: {
    attemptId: string;
    reason: Reason;
    /** Absent where the platform gives it up. */
    by?: string;
    context: AdvanceContext;
    at: string;
  },
): Promise<{ attempt: AttemptRow; advanced: Advanced }> {
  const { attemptId, by, reason, context, at } = args;
  return await transact(db, async tx => {
    const { run_id: runId } = await findAttemptRow(tx, attemptId);
    const run = await lockRun(tx, { runId });
    const before = await findAttemptRow(tx, attemptId, { lock: true });
    if (isExternal(run)) {
      throw withReason(ConflictError, reasonOf('error.externalAttempt'));
    }
    if (before.finished_at !== null) {
      throw withReason(
        ConflictError,
        reasonOf('error.attemptEnded', {
          number: before.number,
          status: statusWord(before.status),
        }),
      );
    }
    const [attempt] = await tx<AttemptRow>('attempts')
      .where({ id: attemptId })
      .update({
        status: 'errored',
        reason: formatReason(reason),
        outcome: formatOutcome({ type: 'lost', reason }),
        finished_at: at,
        ...RELEASED,
      })
      .returning('*');
    const stageId = attempt.stage_id;
    await updateStages(tx, [
      { stageId, status: 'errored', reason, finishedAt: at },
    ]);
    const change: StateChange = {
      runId,
      stageId,
      from: before.status,
      to: 'errored',
      reason,
      ...(by !== undefined && { by }),
    };
    const advanced = await advanceRun(tx, {
      run,
      context,
      changes: [{ ...change, attemptId }, change],
      at,
    });
    return { attempt, advanced };
  });
}

async function findAttemptRow(
  tx: Knex.Transaction,
  id: string,
  options: { lock?: boolean } = {},
): Promise<AttemptRow> {
  const row = await tx<AttemptRow>('attempts')
    .where({ id })
    .modify(query => {
      if (options.lock && isPostgres(tx)) {
        query.forUpdate();
      }
    })
    .first();
  if (!row) {
    throw withReason(
      NotFoundError,
      reasonOf('error.noAttempt', { attempt: id }),
    );
  }
  return row;
}
