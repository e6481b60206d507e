import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';

/** A build that no repetition mends, by the fault of its stage. */
export class BuildFailed extends Error {
  constructor(readonly reason: Reason, cause?: unknown) {
    super(reason.text, { cause });
  }
}

/** The same by the fault of the platform, after all that could be tried. */
export class BuildErrored extends Error {
  constructor(readonly reason: Reason, cause?: unknown) {
    super(reason.text, { cause });
  }
}
