import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type {
  StageDefinition,
  Status,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Handle, Outcome } from '@model-ci/backstage-plugin-model-ci-node';
import type { AttemptRow, RunStateRow, StageRow } from '../../tables/runs';
import { reasonText } from '../../reasonText';
import { transact } from '../../transact';
import { insertChanges, type StateChange } from '../history/insertChanges';
import {
  applyPlan,
  type AdvanceContext,
  type Advanced,
} from '../runs/advanceRun';
import { lockRun } from '../runs/lockRun';
import { assertTicketHeld } from '../ticket';
import { tryClaimAttempts, type ClaimAttemptsArgs } from './claimAttempts';
import { newAttempt } from './newAttempt';

/** How an attempt ended, in terms of the run. */
export interface AttemptEnd {
  status: Extract<Status, 'succeeded' | 'failed' | 'errored' | 'cancelled'>;
  reason?: string;
  /** What the executor said; absent if it never came that far. */
  outcome?: Outcome;
}

export interface FinishAttemptArgs {
  attemptId: string;
  runId: string;
  stage: StageDefinition;
  ticket: string;
  end: AttemptEnd;
  /** By what the executor finds it again, should that not have been stored yet. */
  handle?: Handle;
  /** Keeps what the stage produced, in the same transaction. */
  insertResults?(tx: Knex.Transaction, stageId: string): Promise<void>;
  context: AdvanceContext;
  /** How this process claims attempts. */
  createClaim(): ClaimAttemptsArgs;
  at: string;
}

/**
 * Ends an attempt and its stage and moves the run on, all at once. An attempt that the platform
 * lost is made good by another one while the stage allows it. What is next is claimed at once, where
 * nobody else is claiming. The ended row is cleaned up next.
 */
export async function finishAttempt(
  db: Knex,
  args: FinishAttemptArgs,
): Promise<Advanced> {
  const { attemptId, runId, at } = args;
  const end = {
    ...args.end,
    ...(args.end.reason !== undefined && {
      reason: reasonText(args.end.reason),
    }),
  };
  return await transact(db, async tx => {
    const run = await lockRun(tx, { runId });
    const [attempt] = await tx<AttemptRow>('attempts')
      .where({ id: attemptId, ticket: args.ticket, status: 'running' })
      .update({
        status: end.status,
        reason: end.reason ?? null,
        outcome: end.outcome ? JSON.stringify(end.outcome) : null,
        exit_code: end.outcome?.type === 'exited' ? end.outcome.exitCode : null,
        ...(args.handle && { handle: JSON.stringify(args.handle) }),
        finished_at: at,
        ticket: null,
        holder: null,
        lease_expires_at: null,
      })
      .returning('*');
    assertTicketHeld(attempt ? 1 : 0, 'attempt', attemptId);
    await args.insertResults?.(tx, attempt.stage_id);

    const change = {
      runId,
      stageId: attempt.stage_id,
      from: 'running' as const,
      ...(end.reason !== undefined && { reason: end.reason }),
      ...(end.status === 'cancelled' &&
        run.cancel_requested_by !== null && { by: run.cancel_requested_by }),
    };
    const changes: StateChange[] = [{ ...change, attemptId, to: end.status }];
    const again = retryOf(run, attempt, args);
    if (again) {
      await tx<AttemptRow>('attempts').insert(again);
      changes.push(
        { ...change, to: 'queued' },
        {
          runId,
          stageId: attempt.stage_id,
          attemptId: again.id,
          to: 'queued',
        },
      );
    } else {
      changes.push({ ...change, to: end.status });
    }
    await tx<StageRow>('stages')
      .where({ id: attempt.stage_id })
      .update({
        status: again ? 'queued' : end.status,
        reason: end.reason ?? null,
        finished_at: again ? null : at,
      });
    const advanced = await applyPlan(tx, {
      run,
      context: args.context,
      changes,
      at,
    });
    const queued = advanced.queued + (again ? 1 : 0);
    const claimed =
      queued > 0 ? await tryClaimAttempts(tx, args.createClaim()) : undefined;
    await insertChanges(tx, {
      changes: [...advanced.changes, ...(claimed?.changes ?? [])],
      at,
    });
    return {
      run: advanced.run,
      queued,
      ...(claimed && { claims: claimed.claims }),
      ...(advanced.ended && { ended: advanced.ended }),
    };
  });
}

function retryOf(
  run: RunStateRow,
  attempt: AttemptRow,
  args: FinishAttemptArgs,
): ReturnType<typeof newAttempt> | undefined {
  const { stage } = args;
  if (args.end.status !== 'errored' || run.cancel_requested_at !== null) {
    return undefined;
  }
  if (attempt.platform_retries >= stage.retry.platform) {
    return undefined;
  }
  return newAttempt({
    id: randomUUID(),
    runId: run.id,
    stageId: attempt.stage_id,
    stage,
    number: attempt.number + 1,
    platformRetries: attempt.platform_retries + 1,
    defaults: args.context,
    at: args.at,
  });
}
