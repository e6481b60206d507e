import {
  reason,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { AttemptEnd } from '../database/operations/attempts/finishAttempts';
import type { AttemptControl } from './AttemptControl';
import type { PhaseTracker } from './PhaseTracker';

/** How an attempt ends that nobody needs to be started any more; undefined where it is needed. */
export function endBeforeStart(
  control: Pick<AttemptControl, 'cancelled' | 'isLeaving'>,
  phases: Pick<PhaseTracker, 'hasQueuedTooLong'>,
  { stage, node }: { stage: StageDefinition; node: string },
): AttemptEnd | undefined {
  switch (control.cancelled) {
    case undefined:
      return control.isLeaving
        ? {
            outcome: { type: 'killed', reason: 'preempted' },
            status: 'errored',
            reason: reason('attempt.drained', { node }),
          }
        : undefined;
    case 'cancelled':
      return {
        status: 'cancelled',
        reason: reason('attempt.cancelledBeforeStart'),
      };
    default:
      return (
        endOfQueue(phases, stage) ?? {
          status: 'errored',
          reason: reason('attempt.notStartedInTime', {
            timeout: { seconds: stage.timeoutSeconds },
          }),
        }
      );
  }
}

/** How one ends whose time is over while it waits in its cluster; undefined where another time was over. */
export function endOfQueue(
  { hasQueuedTooLong }: Pick<PhaseTracker, 'hasQueuedTooLong'>,
  { queueTimeoutSeconds }: StageDefinition,
): AttemptEnd | undefined {
  return hasQueuedTooLong && queueTimeoutSeconds !== undefined
    ? {
        outcome: { type: 'killed', reason: 'timeout' },
        status: 'errored',
        reason: reason('attempt.queueTimeout', {
          timeout: { seconds: queueTimeoutSeconds },
        }),
        final: true,
      }
    : undefined;
}
