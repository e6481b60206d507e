import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';

/** What a stage left behind is not acceptable; the stage is to blame, not the platform. */
export class RefusedContentError extends Error {
  readonly problem: Reason;

  constructor(problem: Reason) {
    super(problem.text);
    this.name = 'RefusedContentError';
    this.problem = problem;
  }
}
