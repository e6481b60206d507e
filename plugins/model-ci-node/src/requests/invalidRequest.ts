import { InputError } from '@backstage/errors';
import { quote, type RequestPart } from './describeIssue';

/** The refusal of one parameter or field: `what` says what would be right. */
export function invalidRequest(
  part: RequestPart,
  field: string,
  what: string,
): InputError {
  return new InputError(`Invalid ${part}: ${quote(field)}: ${what}`);
}
