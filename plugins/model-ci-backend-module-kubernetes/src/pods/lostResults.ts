import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { ResultsLostError } from '@model-ci/backstage-plugin-model-ci-node';
import type { Cluster } from '../cluster/Cluster';
import { classify, isOverdue } from './classify';
import { podName } from './podName';
import { containerOf, nothingRuns, SIDECAR, type Pod } from './podSchema';
import { removalOf } from './removal';

/** What to say where an ended attempt's sidecar cannot be asked: whether its results are lost, or it is asked again. */
export async function unreadable(
  cluster: Cluster,
  attemptId: string,
  pod: Pod | undefined,
): Promise<Error> {
  const now = Date.now();
  return isGoneForGood(pod, now)
    ? new ResultsLostError(await whyGone(cluster, attemptId, pod, now))
    : new Error(
        `Nothing of ${podName(attemptId)} in cluster '${
          cluster.name
        }' can be read at present: the pod is being taken away, or its node is`,
      );
}

/**
 * Whether nothing of a pod can ever be read again, since its sidecar runs nowhere and is never started anew. A pod that
 * is only being taken away may have some to give, and a node that is away may come back while the cluster waits for it.
 */
export function isGoneForGood(pod: Pod | undefined, now: number): boolean {
  return (
    !pod ||
    ['Failed', 'Succeeded'].includes(pod.status.phase) ||
    containerOf(pod, SIDECAR)?.state.terminated !== undefined ||
    (pod.metadata.deletionTimestamp !== undefined && nothingRuns(pod)) ||
    isOverdue(pod, now)
  );
}

async function whyGone(
  cluster: Cluster,
  attemptId: string,
  pod: Pod | undefined,
  now: number,
): Promise<string | Reason> {
  const state = pod && classify(pod, now);
  switch (state?.type) {
    case 'lost':
      return state.reason;
    case 'exited':
      return reason('kubernetes.lostResults', {
        why: state.sidecarEnded ?? pod?.status.phase ?? '',
      });
    default: {
      const seen = state?.type === 'removed' ? state.reason : undefined;
      const removal = await removalOf(cluster, attemptId, seen);
      return removal.type === 'lost'
        ? removal.reason
        : reason('kubernetes.lostRemoved');
    }
  }
}
