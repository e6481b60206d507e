import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';

/** A build that no repetition mends. */
export class BuildFailed extends Error {
  constructor(readonly reason: Reason) {
    super(reason.text);
  }
}
