import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { Outcome } from '@model-ci/backstage-plugin-model-ci-node';
import type { Client } from '../client/Client';
import {
  buildSchema,
  QUERIES,
  queueItemSchema,
  type Build,
  type QueueItem,
} from '../client/schemas';
import type { Seen } from './Watch';

/** Where an attempt was seen. The oldest of its builds is the one that runs, see the pipeline script. */
export type Place =
  | { type: 'queued'; item: QueueItem }
  | { type: 'build'; build: Build }
  | { type: 'absent' };

export function placeOf(
  seen: Pick<Seen, 'queued' | 'builds'>,
  attemptId: string,
): Place {
  const build = seen.builds.get(attemptId)?.[0];
  if (build) {
    return { type: 'build', build };
  }
  const item = seen.queued.get(attemptId)?.[0];
  return item ? { type: 'queued', item } : { type: 'absent' };
}

export interface Whereabouts {
  /** Jenkins forgets the item 5 minutes after it left the queue. */
  queueId?: number;
  build?: number;
}

/**
 * What became of an attempt that a look did not find: between queue and builds there is a moment without either, and a build
 * may be listed in a way that is not understood. Only Jenkins' own word that there is none ends it.
 */
export async function confirmGone(
  client: Pick<Client, 'get'>,
  job: string,
  { queueId, build }: Whereabouts,
): Promise<Outcome | undefined> {
  if (build !== undefined) {
    return await confirmRemoved(client, `${job}/${build}`);
  }
  const item =
    queueId === undefined
      ? undefined
      : await client.get(
          `queue/item/${queueId}/api/json`,
          queueItemSchema,
          QUERIES.item,
        );
  if (item?.executable) {
    return await confirmRemoved(client, `${job}/${item.executable.number}`);
  }
  if (item) {
    return item.cancelled ? { type: 'killed', reason: 'cancelled' } : undefined;
  }
  return { type: 'lost', reason: reason('jenkins.lostItem') };
}

async function confirmRemoved(
  client: Pick<Client, 'get'>,
  build: string,
): Promise<Outcome | undefined> {
  const found = await client.get(
    `${build}/api/json`,
    buildSchema,
    QUERIES.build,
  );
  return found
    ? undefined
    : {
        type: 'lost',
        reason: reason('jenkins.lostBuild', { build }),
      };
}
