import type { FoundAttempt } from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import { hasStatus } from '../cluster/ApiError';
import type { Cluster, Kind } from '../cluster/Cluster';
import { noteName } from './killNote';
import { LABELS, MANAGER } from './labels';
import { podName } from './podName';

const objectsSchema = z.looseObject({
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({
        name: z.string(),
        labels: z.record(z.string(), z.string()).default({}),
      }),
    }),
  ),
});

/**
 * The attempts of this portal of which there is a pod or a note. Secrets go with their pods. A portal that was given a
 * name of its own (`instance`) shares it with nobody, so that whatever carries it is its own.
 */
export async function foundAttempts(cluster: Cluster): Promise<FoundAttempt[]> {
  const { instance } = cluster.config;
  const ids = await Promise.all([
    attemptsOf(cluster, 'pods', podName),
    attemptsOf(cluster, 'configmaps', noteName),
  ]);
  return [...new Set(ids.flat())].map(attemptId => ({
    attemptId,
    node: cluster.name,
    isOwn: instance !== 'default',
  }));
}

async function attemptsOf(
  cluster: Cluster,
  kind: Kind,
  nameOf: (attemptId: string) => string,
): Promise<string[]> {
  const { instance } = cluster.config;
  const labels = `${LABELS.managedBy}=${MANAGER},${LABELS.instance}=${instance},${LABELS.attempt}`;
  try {
    const answer = await cluster.list(kind, { labelSelector: labels });
    return objectsSchema.parse(answer).items.flatMap(({ metadata }) => {
      const id = metadata.labels[LABELS.attempt];
      // A label holds less than an id may
      return id !== undefined && nameOf(id) === metadata.name ? [id] : [];
    });
  } catch (error) {
    if (hasStatus(error, 403)) {
      return [];
    }
    throw error;
  }
}
