import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';

/** Refuses what is larger than it may be; Backstage answers the status that an error names. */
export class LargeUploadError extends Error {
  override readonly name = 'LargeUploadError';
  readonly statusCode = 413;

  constructor(readonly reason: Reason) {
    super(reason.text);
  }
}
