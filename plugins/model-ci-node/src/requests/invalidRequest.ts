import { InputError } from '@backstage/errors';
import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';
import { quote, type RequestPart } from './describeIssue';

/** The refusal of one parameter or field: `what` says what would be right; a reason is answered beside the message. */
export function invalidRequest(
  part: RequestPart,
  field: string,
  what: string | Reason,
): InputError {
  const text = typeof what === 'string' ? what : what.text;
  const error = new InputError(`Invalid ${part}: ${quote(field)}: ${text}`);
  return typeof what === 'string'
    ? error
    : Object.assign(error, { reason: what });
}
