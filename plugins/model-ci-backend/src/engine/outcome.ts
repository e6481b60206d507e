import {
  reason,
  reasons,
  toReason,
  type Reason,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Outcome } from '@model-ci/backstage-plugin-model-ci-node';
import type { AttemptEnd } from '../database/operations/attempts/finishAttempts';
import type { BuildFailure } from './builtImages';

/** What is known of an attempt that exited, besides its exit code. */
interface ExitClues {
  /** What its results say against it. */
  failure?: Reason;
  /** The last words of its log. */
  logEnd?: string;
  /** Why a build has no image; it says more than the exit code. */
  buildFailure?: BuildFailure;
}

/** What an executor's answer means for the attempt. */
export function judgeOutcome(
  outcome: Outcome,
  stage: StageDefinition,
  limits: { maxLogBytes: number },
  clues: ExitClues = {},
): AttemptEnd {
  switch (outcome.type) {
    case 'exited':
      return judgeExit(outcome, clues);
    case 'killed':
      return { outcome, ...judgeKill(outcome.reason, stage, limits) };
    case 'lost':
      return { outcome, status: 'errored', reason: toReason(outcome.reason) };
    default:
      return outcome satisfies never;
  }
}

function judgeExit(
  outcome: Extract<Outcome, { type: 'exited' }>,
  { failure, logEnd, buildFailure }: ExitClues,
): AttemptEnd {
  if (buildFailure) {
    return { outcome, ...buildFailure };
  }
  if (outcome.exitCode === 0) {
    return failure === undefined
      ? { outcome, status: 'succeeded' }
      : { outcome, status: 'failed', reason: failure };
  }
  const exit = describeExit(outcome.exitCode, logEnd);
  return {
    outcome,
    status: 'failed',
    reason: failure === undefined ? exit : reasons([exit, failure]),
  };
}

// In the words of the C library, which every tool passes on
const DISK_FULL = /no space left on device|disk quota exceeded/i;

/** What an exit code says, and what to do about those that shells give a meaning to. */
export function describeExit(exitCode: number, logEnd = ''): Reason {
  if (DISK_FULL.test(logEnd)) {
    return reason('attempt.exitedDiskFull', { exitCode });
  }
  switch (exitCode) {
    case 126:
      return reason('attempt.exitedNotExecutable', { exitCode });
    case 127:
      return reason('attempt.exitedNotFound', { exitCode });
    case 137:
      return reason('attempt.exitedKilled', { exitCode });
    case 139:
      return reason('attempt.exitedCrashed', { exitCode });
    default:
      return reason('attempt.exited', { exitCode });
  }
}

function judgeKill(
  cause: Extract<Outcome, { type: 'killed' }>['reason'],
  stage: StageDefinition,
  limits: { maxLogBytes: number },
): AttemptEnd {
  switch (cause) {
    case 'timeout':
      return {
        status: 'failed',
        reason: reason('attempt.timeout', {
          timeout: { seconds: stage.timeoutSeconds },
        }),
      };
    case 'out-of-memory':
      return {
        status: 'failed',
        reason:
          stage.resources.memoryBytes === undefined
            ? reason('attempt.outOfMemory')
            : reason('attempt.outOfMemoryAtLimit', {
                limit: { bytes: stage.resources.memoryBytes },
              }),
      };
    case 'log-limit':
      return {
        status: 'failed',
        reason: reason('attempt.logLimit', {
          limit: { bytes: limits.maxLogBytes },
        }),
      };
    case 'cancelled':
      return { status: 'cancelled', reason: reason('attempt.cancelled') };
    case 'preempted':
      return {
        status: 'errored',
        reason: reason('attempt.preempted'),
      };
    default:
      return cause satisfies never;
  }
}
