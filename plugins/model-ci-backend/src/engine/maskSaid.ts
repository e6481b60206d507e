import type { Outcome } from '@model-ci/backstage-plugin-model-ci-node';
import type { AttemptEnd } from '../database/operations/attempts/finishAttempts';
import type { AttemptPhase } from '../database/operations/attempts/storePhases';
import type { Masks } from '../masking/Masks';

/** An outcome as it may be stored: engines quote what attempts wrote. */
export function maskOutcome<TOutcome extends Outcome>(
  outcome: TOutcome,
  masks: Masks,
): TOutcome {
  return outcome.type === 'lost'
    ? { ...outcome, reason: masks.said(outcome.reason) }
    : outcome;
}

/** As {@link maskOutcome}, for an end. */
export function maskEnd(end: AttemptEnd, masks: Masks): AttemptEnd {
  return {
    ...end,
    ...(end.reason && { reason: masks.reason(end.reason) }),
    ...(end.outcome && { outcome: maskOutcome(end.outcome, masks) }),
  };
}

/** As {@link maskOutcome}, for a phase. */
export function maskPhase(phase: AttemptPhase, masks: Masks): AttemptPhase {
  return phase.type === 'running'
    ? phase
    : { ...phase, reason: masks.reason(phase.reason) };
}
