import { isError } from '@backstage/errors';
import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';

/**
 * Something cannot be started as the platform is configured, whatever its definition says, so that trying again is no
 * use until an administrator has changed that. The reason says what.
 */
export class PlatformError extends Error {
  readonly name = 'PlatformError';

  constructor(readonly reason: Reason, cause: unknown) {
    super(reason.text, { cause });
  }
}

/** By its name, as errors of executors are told apart: each may bring its own copy of this package. */
export function isPlatformError(error: unknown): error is PlatformError {
  return isError(error) && error.name === 'PlatformError';
}
