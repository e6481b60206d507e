import { isError } from '@backstage/errors';
import {
  toReason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';

/**
 * What an ended attempt has left is gone, so that nothing can ever be collected. It needs evidence as an end does: an
 * engine that cannot be reached, or a node that may come back, says nothing of the kind.
 */
export class ResultsLostError extends Error {
  readonly name = 'ResultsLostError';

  constructor(readonly reason: string | Reason) {
    super(toReason(reason).text);
  }
}

/** By its name, as errors of executors are told apart: each may bring its own copy of this package. */
export function isResultsLost(error: unknown): error is ResultsLostError {
  return isError(error) && error.name === 'ResultsLostError';
}
