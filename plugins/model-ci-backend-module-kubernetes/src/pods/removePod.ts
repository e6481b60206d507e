import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../cluster/Cluster';
import { removeNote } from './killNote';
import { podName } from './podName';
import { nothingRuns, stageMayRun } from './podSchema';

const POLL_MS = 200;
/** A kubelet before 1.22 that waits for the Secret of a pod lets it go only after one to two minutes. */
const PATIENCE_MS = 120_000;

/**
 * Removes what is left of an attempt that has ended. It is forced only where the stage is known to be over: a node that is
 * cut off may run it for longer than the attempt counted.
 */
export async function removePod(
  cluster: Cluster,
  attemptId: string,
): Promise<void> {
  const name = podName(attemptId);
  const pod = cluster.watch.find(name) ?? (await cluster.findPod(name));
  const isOver = pod !== undefined && !stageMayRun(pod);
  await Promise.all([
    cluster.remove('pods', name, isOver ? { graceSeconds: 0 } : {}),
    cluster.remove('secrets', name),
    removeNote(cluster, attemptId),
  ]);
  cluster.watch.forget(name);
}

/**
 * Removes an attempt that may run, and resolves only when its node has said that nothing of it does. Its Secret goes when
 * its pod has gone, and then it looks for a pod once more: one that a call created meanwhile that was given up does not
 * start without its Secret.
 */
export async function withdrawPod(
  cluster: Cluster,
  attemptId: string,
): Promise<void> {
  const name = podName(attemptId);
  const due = Date.now() + PATIENCE_MS;
  do {
    await endPod(cluster, name, due);
    await cluster.remove('secrets', name);
  } while (await cluster.findPod(name));
  await removeNote(cluster, attemptId);
  cluster.watch.forget(name);
}

/**
 * Forced only where its node has seen all of it end, whose volumes and own records may take much longer: once the object
 * is gone, nobody would know of what still runs on a node that is cut off. The server itself removes at once what was
 * given to no node.
 */
async function endPod(
  cluster: Cluster,
  name: string,
  due: number,
): Promise<void> {
  let pod = await cluster.findPod(name);
  while (pod) {
    const { uid } = pod.metadata;
    await cluster.remove(
      'pods',
      name,
      nothingRuns(pod) ? { graceSeconds: 0, uid } : { uid },
    );
    if (Date.now() > due) {
      throw new Error(
        `Pod ${name} in namespace '${cluster.namespace}' of cluster '${
          cluster.name
        }' is not gone: does its node ${pod.spec.nodeName ?? ''} answer?`,
      );
    }
    await delay(POLL_MS);
    pod = await cluster.findPod(name);
  }
}
