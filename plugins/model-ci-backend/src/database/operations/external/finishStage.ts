import type { Knex } from 'knex';
import { EXTERNAL_EXECUTOR } from '@model-ci/backstage-plugin-model-ci-common';
import type { AttemptRow } from '../../tables/runs';
import { storeReason } from '../../storedReason';
import { formatOutcome } from '../../outcomes';
import { transact } from '../../transact';
import type { AttemptEnd } from '../attempts/finishAttempts';
import { insertChanges } from '../history/insertChanges';
import { RELEASED } from '../leases';
import { insertResults } from '../results/insertResults';
import type { StageResults } from '../results/types';
import { lockRun } from '../runs/lockRun';
import { updateStages } from '../stages/updateStages';
import { isExternal } from './externalRuns';

/** Ends the running attempt of a stage of an external run. Answers false where somebody else has ended it meanwhile. */
export async function finishStage(
  db: Knex,
  args: {
    attempt: AttemptRow;
    stageName: string;
    end: AttemptEnd;
    results?: StageResults;
    at: string;
  },
): Promise<boolean> {
  const { attempt, end, results, at } = args;
  const { run_id: runId, stage_id: stageId } = attempt;
  return await transact(db, async tx => {
    const run = await lockRun(tx, { runId });
    // Runs of the portal end by its engine alone.
    const ended = isExternal(run) && (await endAttempt(tx, args));
    if (!ended) {
      return false;
    }
    if (results) {
      await insertResults(tx, {
        runId,
        pipelineRef: run.pipeline_ref,
        stageId,
        stageName: args.stageName,
        attemptId: attempt.id,
        results,
        at,
      });
    }
    const { status, reason } = end;
    await updateStages(tx, [
      { stageId, status, ...(reason && { reason }), finishedAt: at },
    ]);
    const change = {
      ...{ runId, stageId, from: 'running' as const, to: status },
      ...(reason && { reason }),
    };
    await insertChanges(tx, {
      changes: [{ ...change, attemptId: attempt.id }, change],
      at,
    });
    return true;
  });
}

async function endAttempt(
  tx: Knex.Transaction,
  { attempt, end, at }: { attempt: AttemptRow; end: AttemptEnd; at: string },
): Promise<boolean> {
  const changed = await tx<AttemptRow>('attempts')
    .where({ id: attempt.id, ticket: attempt.ticket, status: 'running' })
    .where({ executor: EXTERNAL_EXECUTOR })
    .update({
      status: end.status,
      reason: storeReason(end.reason),
      outcome: end.outcome ? formatOutcome(end.outcome) : null,
      exit_code: end.outcome?.type === 'exited' ? end.outcome.exitCode : null,
      finished_at: at,
      ...RELEASED,
    });
  return changed === 1;
}
