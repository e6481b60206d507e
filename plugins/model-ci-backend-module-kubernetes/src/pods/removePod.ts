import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../cluster/Cluster';
import { removeNote } from './killNote';
import { podName } from './podName';
import { nothingRuns, type Pod } from './podSchema';

const POLL_MS = 200;
const PATIENCE_MS = 60_000;

/** Removes what is left of an attempt that has ended. Whether its node answers does not matter any more. */
export async function removePod(
  cluster: Cluster,
  attemptId: string,
): Promise<void> {
  const name = podName(attemptId);
  await Promise.all([
    cluster.remove('pods', name, { graceSeconds: 0 }),
    cluster.remove('secrets', name),
    removeNote(cluster, attemptId),
  ]);
  cluster.watch.forget(name);
}

/**
 * Removes an attempt that may run, and resolves only when its node has said that nothing of it does. Its Secret goes
 * first: a pod that is created later, by a call that was given up, does not start without it.
 */
export async function withdrawPod(
  cluster: Cluster,
  attemptId: string,
): Promise<void> {
  const name = podName(attemptId);
  const couldStart = await cluster.remove('secrets', name);
  const due = Date.now() + PATIENCE_MS;
  for (;;) {
    const pod = await cluster.findPod(name);
    if (!pod) {
      break;
    }
    const { uid } = pod.metadata;
    await cluster.remove(
      'pods',
      name,
      mayBeForced(pod, couldStart) ? { graceSeconds: 0, uid } : { uid },
    );
    if (Date.now() > due) {
      throw new Error(
        `Pod ${name} in namespace '${cluster.namespace}' of cluster '${
          cluster.name
        }' is not gone: does its node ${pod.spec.nodeName ?? ''} answer?`,
      );
    }
    await delay(POLL_MS);
  }
  await cluster.remove('secrets', name);
  await removeNote(cluster, attemptId);
  cluster.watch.forget(name);
}

/**
 * Whether it was given to no node, or its node has seen all of it end, or it never had the Secret that it needs to start.
 * Its volumes and the node's own records may take the node much longer.
 */
function mayBeForced(pod: Pod, couldStart: boolean): boolean {
  const { containerStatuses } = pod.status;
  const neverStarted =
    !couldStart &&
    containerStatuses.length > 0 &&
    containerStatuses.every(({ state }) => !state.running);
  return pod.spec.nodeName === undefined || nothingRuns(pod) || neverStarted;
}
