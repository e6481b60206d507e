import {
  reason,
  type DeploymentStatus,
  type Reason,
  type Status,
} from '@model-ci/backstage-plugin-model-ci-common';

/** A status as a part of a reason. */
export function statusWord(status: Status | DeploymentStatus): Reason {
  return reason(`status.${status}`);
}
