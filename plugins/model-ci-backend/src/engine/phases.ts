import {
  type StageDefinition,
  toReason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Phase } from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import { deadlineOf } from '../database/operations/attempts/claimAttempts';
import type { AttemptPhase } from '../database/operations/attempts/storePhases';
import type { AttemptRow } from '../database/tables/runs';
import type { Exited } from './settleAttempt';

/** What an executor reports, with the time at which the attempt has to be over. */
export function attemptPhase(
  phase: Phase,
  stage: StageDefinition,
  times: {
    now: number;
    /** When it began to wait, if it waits already. */
    since?: string;
    /** When its time is over, if it runs already. */
    runsUntil?: string;
    isCluster: boolean;
  },
): Exclude<AttemptPhase, { type: 'collecting' }> {
  if (phase.type === 'running') {
    const start = Math.min(Date.parse(phase.startedAt), times.now);
    // A cluster has a clock of its own: whatever that says, nobody is killed before the time has passed here.
    const from = times.isCluster ? times.now : start;
    return {
      type: 'running',
      since: new Date(start).toISOString(),
      deadlineAt:
        times.runsUntil ?? deadlineOf(new Date(from), stage.timeoutSeconds),
      ...(phase.node !== undefined && { node: phase.node }),
    };
  }
  const since = times.since ?? new Date(times.now).toISOString();
  return {
    type: 'pending',
    reason: toReason(phase.reason),
    since,
    // Elsewhere it waits for an image, which is no queue.
    ...(times.isCluster &&
      stage.queueTimeoutSeconds !== undefined && {
        deadlineAt: deadlineOf(new Date(since), stage.queueTimeoutSeconds),
      }),
  };
}

const exitSchema = z.object({
  type: z.literal('exited'),
  exitCode: z.number().int(),
});

/** How an attempt ended whose results are still being collected. */
export function readExit({ phase, outcome }: AttemptRow): Exited | undefined {
  return phase === 'collecting' && outcome !== null
    ? exitSchema.parse(JSON.parse(outcome))
    : undefined;
}
