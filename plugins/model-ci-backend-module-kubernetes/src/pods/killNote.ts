import type { V1ConfigMap } from '@kubernetes/client-node';
import type { Executor } from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import type { Cluster } from '../cluster/Cluster';
import { isThere } from '../cluster/ApiError';
import { LABELS, labelValue, MANAGER } from './labels';
import { podName } from './podName';

export type KillReason = Parameters<Executor['cancel']>[1];

const noteSchema = z.looseObject({
  data: z.looseObject({
    reason: z.enum(['timeout', 'cancelled', 'log-limit']),
  }),
});

/**
 * Leaves the reason of a kill in the namespace, where every replica of the backend sees it, also when the pod is gone,
 * and where the stage can write nothing. The first reason stays, since an object that exists is not created again.
 */
export async function noteKill(
  cluster: Cluster,
  attemptId: string,
  reason: KillReason,
): Promise<void> {
  const note: V1ConfigMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: noteName(attemptId),
      labels: {
        [LABELS.managedBy]: MANAGER,
        [LABELS.instance]: cluster.config.instance,
        [LABELS.attempt]: labelValue(attemptId),
      },
    },
    data: { reason },
  };
  try {
    await cluster.create('configmaps', note);
  } catch (error) {
    if (!isThere(error)) {
      throw error;
    }
  }
}

export async function findKill(
  cluster: Cluster,
  attemptId: string,
): Promise<KillReason | undefined> {
  const note = await cluster.find('configmaps', noteName(attemptId));
  return note === undefined ? undefined : noteSchema.parse(note).data.reason;
}

export async function removeNote(
  cluster: Cluster,
  attemptId: string,
): Promise<void> {
  await cluster.remove('configmaps', noteName(attemptId));
}

export function noteName(attemptId: string): string {
  return `${podName(attemptId)}-killed`;
}
