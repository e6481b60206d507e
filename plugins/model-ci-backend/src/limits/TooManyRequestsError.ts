import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';

/** Refuses what is more than somebody may have; Backstage answers the status that an error names. */
export class TooManyRequestsError extends Error {
  override readonly name = 'TooManyRequestsError';
  readonly statusCode = 429;

  constructor(
    readonly reason: Reason,
    /** After which it may be possible; undefined where nothing ends by itself. */
    readonly retryAfterSeconds?: number,
  ) {
    super(reason.text);
  }
}
