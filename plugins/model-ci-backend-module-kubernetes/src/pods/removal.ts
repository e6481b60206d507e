import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Outcome } from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import { hasStatus } from '../cluster/ApiError';
import type { Cluster } from '../cluster/Cluster';
import { podName } from './podName';

const eventsSchema = z.looseObject({
  items: z.array(
    z.looseObject({
      reason: z.string().nullish(),
      message: z.string().nullish(),
    }),
  ),
});

/** Events that say who takes a pod away; others only say that its containers end. */
const REMOVALS = ['TaintManagerEviction', 'Evicted', 'NodeNotReady'];
/** A node that was back in time; with the same reason as the eviction itself. */
const SPARED = /^Cancelling deletion/;

/**
 * Why a pod was taken away. Servers before 1.26 leave it to an event, which is kept for an hour; where events may not be
 * read nothing more is known than that it is gone.
 */
export async function removalOf(
  cluster: Pick<Cluster, 'list'>,
  attemptId: string,
  seen?: string | Reason,
): Promise<Outcome> {
  const events = await eventsOf(cluster, podName(attemptId));
  if (events.some(event => event.reason === 'Preempted')) {
    return { type: 'killed', reason: 'preempted' };
  }
  const removal = events.find(
    event =>
      REMOVALS.includes(event.reason ?? '') &&
      !SPARED.test(event.message ?? ''),
  );
  const said = removal && `${removal.reason}: ${removal.message}`;
  return {
    type: 'lost',
    reason: seen ?? said ?? reason('kubernetes.lostRemoved'),
  };
}

async function eventsOf(cluster: Pick<Cluster, 'list'>, name: string) {
  try {
    const answer = await cluster.list('events', {
      fieldSelector: `involvedObject.kind=Pod,involvedObject.name=${name}`,
    });
    return eventsSchema.parse(answer).items;
  } catch (error) {
    if (hasStatus(error, 403)) {
      return [];
    }
    throw error;
  }
}
