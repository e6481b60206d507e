import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';

/** Not configurable: deeper than any prediction; what is nested without end cannot be written down again. */
const MAX_DEPTH = 64;

/** What keeps a value of JSON from being kept: a number that was not measured, or too many lists within each other. */
export function wrongWithin(
  value: unknown,
  depth = MAX_DEPTH,
): Reason | undefined {
  if (Number.isNaN(value)) {
    return reason('report.notFinite');
  }
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  if (depth === 0) {
    return reason('report.deep', { max: MAX_DEPTH });
  }
  for (const member of Object.values(value)) {
    const wrong = wrongWithin(member, depth - 1);
    if (wrong) {
      return wrong;
    }
  }
  return undefined;
}
