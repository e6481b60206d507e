import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';

/**
 * Why the cluster takes no pod without limits, where that is what it says: a quota on limits refuses it whatever its
 * image or script, and pipelines do not know the quotas of a cluster.
 */
export function demandedLimits(said: string): Reason | undefined {
  const found = /failed quota: .*must specify .*/.exec(said);
  return found
    ? reason('kubernetes.limitsDemanded', { said: found[0].slice(0, 500) })
    : undefined;
}
