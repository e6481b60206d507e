import type { LoggerService } from '@backstage/backend-plugin-api';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import type { EventParams } from '@backstage/plugin-events-node';
import {
  type PullRequestEvent,
  pullRequestEventSchema,
  type PushEvent,
  pushEventSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import pLimit from 'p-limit';
import type { Change } from '../webhooks/change';
import {
  PROVIDERS,
  readAnnouncement,
  type WebhookProvider,
} from '../webhooks/readAnnouncement';
import { type Deliveries, EMBEDDED } from './Deliveries';

/**
 * Takes a push of the embedded host. It is acknowledged once every run is recorded; otherwise its host announces it
 * again.
 */
export async function receivePush(
  payload: unknown,
  options: OwnOptions,
): Promise<void> {
  const push = pushEventSchema.parse(payload);
  await receiveOwn(toChange(push), push, options);
}

/** Takes what happened to a pull request of the embedded host, in the same way. */
export async function receivePullRequest(
  payload: unknown,
  options: OwnOptions,
): Promise<void> {
  const event = pullRequestEventSchema.parse(payload);
  await receiveOwn(toRequestChange(event), event, options);
}

interface OwnOptions {
  deliveries: Pick<Deliveries, 'record' | 'work'>;
  acknowledge(event: Pick<PushEvent, 'id'>): Promise<void>;
}

async function receiveOwn(
  change: Change,
  event: Pick<PushEvent, 'id'>,
  { acknowledge, deliveries }: OwnOptions,
): Promise<void> {
  const { row } = await deliveries.record(change);
  if (row.state !== 'pending' || (await deliveries.work(row))) {
    await acknowledge(event);
  }
}

/** Each takes a connection to the database, and waits for others of the same repository. */
const recording = pLimit(4);

/** Takes what a code host sent to its webhook. The host waits only until it is written down. */
export async function receiveWebhook(
  { topic, eventPayload, metadata }: EventParams,
  {
    deliveries,
    integrations,
    logger,
    onWork,
  }: {
    deliveries: Pick<Deliveries, 'record' | 'workInTurn'>;
    integrations: Pick<ScmIntegrationRegistry, 'byUrl'>;
    logger: LoggerService;
    /** Called with the work that goes on. */
    onWork?(work: Promise<unknown>): void;
  },
): Promise<void> {
  const provider = PROVIDERS.find(each => each.topic === topic);
  const read = provider && readOrWarn(provider, eventPayload, metadata, logger);
  for (const { change, digest } of read ?? []) {
    const { repositoryUrl } = change;
    // A secret is for hosts of one kind: whoever knows it says nothing about others.
    if (integrations.byUrl(repositoryUrl)?.type !== topic) {
      logger.warn(
        `An event on topic ${topic} was ignored: integrations of app-config has no ${topic} host of ${repositoryUrl}`,
      );
      continue;
    }
    const { row, isNew } = await recording(() =>
      deliveries.record(change, digest),
    );
    if (isNew) {
      const work = deliveries.workInTurn(row);
      onWork?.(work);
    }
  }
}

function readOrWarn(
  provider: WebhookProvider,
  payload: unknown,
  headers: EventParams['metadata'],
  logger: LoggerService,
) {
  try {
    return readAnnouncement(provider, { headers: headers ?? {}, payload });
  } catch (error) {
    logger.warn(
      `An event on topic ${provider.topic} was ignored, because it is not as its host documents it: ${error}`,
    );
    return [];
  }
}

function toChange(push: PushEvent): Change {
  const { id, repositoryUrl, branch, pushedBy, changedPaths, ...rest } = push;
  return {
    ...rest,
    provider: EMBEDDED,
    deliveryId: id,
    event: 'push',
    repositoryUrl: repositoryUrl.replace(/\/+$/, ''),
    ref: { type: 'branch', name: branch },
    user: pushedBy,
    paths: changedPaths,
  };
}

/** Only who may push to the repository has branches in it, so that no request is from a fork. */
function toRequestChange(event: PullRequestEvent): Change {
  const isEnd = event.event === 'closed' || event.event === 'merged';
  return {
    provider: EMBEDDED,
    deliveryId: event.id,
    event: `pull_request ${event.event}`,
    repositoryUrl: event.repositoryUrl.replace(/\/+$/, ''),
    defaultBranch: event.defaultBranch,
    after: event.head,
    message: event.title,
    ...(event.skip && { skip: event.skip }),
    user: event.by,
    pullRequest: {
      action: isEnd ? 'close' : 'open',
      number: event.number,
      author: event.author,
      url: event.url,
      sourceBranch: event.sourceBranch,
      targetBranch: event.targetBranch,
      isFork: false,
      updatedAt: event.at,
    },
    paths: event.changedPaths,
  };
}
