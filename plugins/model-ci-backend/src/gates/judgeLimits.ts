import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { formatApart } from './formatApart';
import { subjectOf } from './subjectOf';
import type { Gate, LimitJudgement, Measured } from './types';

/** Judges a value itself against the limits of a gate: exact, without any allowance for chance. */
export function judgeLimits(
  { min, max }: Pick<Gate, 'min' | 'max'>,
  measured: Measured,
): LimitJudgement {
  const subject = subjectOf(measured);
  const { value } = measured;
  if (value === undefined) {
    return { verdict: 'fail', reason: reason('gate.notMeasured', { subject }) };
  }
  const [shown, ...limits] = formatApart(value, [min ?? value, max ?? value]);
  const [shownMin, shownMax] = limits;
  const atMax = { subject, value: shown, limit: shownMax };
  const atMin = { subject, value: shown, limit: shownMin };
  if (max !== undefined && value > max) {
    return { verdict: 'fail', value, reason: reason('gate.above', atMax) };
  }
  if (min !== undefined && value < min) {
    return { verdict: 'fail', value, reason: reason('gate.below', atMin) };
  }
  if (min === undefined && max === undefined) {
    const why = reason('gate.noLimit', { subject });
    return { verdict: 'inconclusive', value, reason: why };
  }
  return { verdict: 'pass', value, reason: passReason() };

  function passReason() {
    if (min !== undefined && max !== undefined) {
      const range = { min: shownMin, max: shownMax };
      return reason('gate.between', { subject, value: shown, ...range });
    }
    return max !== undefined
      ? reason('gate.within', atMax)
      : reason('gate.reaches', atMin);
  }
}
