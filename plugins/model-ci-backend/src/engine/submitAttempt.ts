import { isError } from '@backstage/errors';
import type { Knex } from 'knex';
import {
  quoted,
  reason,
  reasons,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  isPlatformError,
  type AttemptSpec,
  type Executor,
  type Handle,
  type PendingPhase,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { AttemptEnd } from '../database/operations/attempts/finishAttempts';
import { describeError } from '../describeError';
import { hasEnded } from '../database/operations/attempts/hasEnded';
import type { AttemptLease } from './AttemptLease';

export type CancelReason = Parameters<Executor['cancel']>[1];

export type Submission =
  | { type: 'submitted'; handle: Handle }
  | { type: 'ended'; end: AttemptEnd };

export interface SubmitAttemptOptions {
  lease: AttemptLease;
  executor: Executor;
  spec: AttemptSpec;
  /** How often something is tried again before it is given up. */
  retries: number;
  /** Whether somebody else may have submitted the attempt before. */
  rescued: boolean;
  /** Called while it waits for what the start needs. */
  onPhase?(phase: PendingPhase): void;
  /** How it ends where it need not be started any more, if that is so by now. */
  endBeforeStart(): AttemptEnd | undefined;
  /** Called before each try; aborts once it need not be started any more. */
  startSignal(): AbortSignal;
}

/**
 * Has the executor start an attempt. A call that failed may have started it nevertheless, so an attempt ends
 * here only after the executor has withdrawn it: otherwise another one of its stage could run beside it.
 */
export async function submitAttempt(
  options: SubmitAttemptOptions,
): Promise<Submission> {
  const { lease, executor, spec, retries, rescued } = options;
  for (let failures = 0, interruptions = 0; ; ) {
    const unneeded = options.endBeforeStart();
    const tries = failures + interruptions;
    // Somebody who was here before may have started it; then only the executor can end it.
    if (unneeded && !(rescued && tries === 0)) {
      return await giveUp(options, unneeded, tries);
    }
    const wanted = options.startSignal();
    const signal = AbortSignal.any([lease.signal, wanted]);
    try {
      const handle = await executor.submit(spec, options.onPhase, signal);
      lease.signal.throwIfAborted();
      return { type: 'submitted', handle };
    } catch (error) {
      lease.signal.throwIfAborted();
      if (wanted.aborted && isAbortError(error)) {
        interruptions++;
        continue;
      }
      if (isInputError(error)) {
        const end: AttemptEnd = {
          status: 'failed',
          reason: quoted(error.message),
        };
        return await giveUp(options, end, tries);
      }
      failures++;
      if (isPlatformError(error) || failures > retries) {
        const end: AttemptEnd = {
          status: 'errored',
          reason: reason('attempt.notStarted', {
            error: isPlatformError(error) ? error.reason : describeError(error),
          }),
        };
        return await giveUp(options, end, tries + 1);
      }
      await lease.pauseAfter(failures, 'submitted', error);
    }
  }
}

/**
 * An executor that does not answer must not keep the run from ending, but then no other attempt may follow by
 * itself.
 */
async function giveUp(
  { lease, executor, spec, retries, rescued }: SubmitAttemptOptions,
  end: AttemptEnd,
  tries: number,
): Promise<Submission> {
  if (tries === 0 && !rescued) {
    // Nobody has tried, or the executor refused at the first try.
    return { type: 'ended', end };
  }
  const { attemptId, node } = spec;
  for (let failures = 0; ; ) {
    try {
      await executor.withdraw({ attemptId, node });
      lease.signal.throwIfAborted();
      return { type: 'ended', end };
    } catch (error) {
      lease.signal.throwIfAborted();
      failures++;
      if (failures > retries || isInputError(error)) {
        const mayRun = reason('attempt.mayRun', {
          node,
          error: describeError(error),
        });
        const why = end.reason ? reasons([end.reason, mayRun]) : mayRun;
        // As of a lost one its devices stay taken, until somebody could make sure that nothing of it runs.
        const outcome = { type: 'lost', reason: why } as const;
        return {
          type: 'ended',
          end: { ...end, reason: why, outcome, final: true },
        };
      }
      await lease.pauseAfter(failures, 'withdrawn', error);
    }
  }
}

/**
 * A submission that was still under way when the ticket was lost may start what its new holder has withdrawn and
 * ended. Nobody else would ever learn of that.
 */
export async function withdrawEnded(
  db: Knex,
  {
    executor,
    attemptId,
    node,
  }: { executor: Executor; attemptId: string; node: string },
  lease: AttemptLease,
): Promise<void> {
  try {
    if (await hasEnded(db, { attemptId })) {
      await executor.withdraw({ attemptId, node });
    }
  } catch (error) {
    lease.warn(
      `Whether attempt ${attemptId} still runs on ${node} is not known`,
      error,
    );
  }
}

function isInputError(error: unknown): error is Error {
  return isError(error) && error.name === 'InputError';
}

function isAbortError(error: unknown): boolean {
  return isError(error) && error.name === 'AbortError';
}
