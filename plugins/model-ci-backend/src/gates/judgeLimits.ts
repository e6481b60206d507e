import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { formatApart } from './format';
import { subjectOf } from './subjectOf';
import type { Gate, GateOutcome, Measured } from './types';

/** Judges a value itself against the limits of a gate: exact, without any allowance for chance. */
export function judgeLimits(
  { min, max }: Pick<Gate, 'min' | 'max'>,
  measured: Measured,
): GateOutcome {
  const subject = subjectOf(measured);
  const { value } = measured;
  if (value === undefined || Number.isNaN(value)) {
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
  if (min !== undefined && max !== undefined) {
    const range = { min: shownMin, max: shownMax };
    const why = reason('gate.between', { subject, value: shown, ...range });
    return { verdict: 'pass', value, reason: why };
  }
  if (max !== undefined) {
    return { verdict: 'pass', value, reason: reason('gate.within', atMax) };
  }
  return min !== undefined
    ? { verdict: 'pass', value, reason: reason('gate.reaches', atMin) }
    : { verdict: 'fail', value, reason: reason('gate.noLimit', { subject }) };
}
