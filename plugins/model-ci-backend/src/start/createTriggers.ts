import {
  acknowledgePush,
  PULL_REQUEST_TOPIC,
  PUSH_TOPIC,
} from '@model-ci/backstage-plugin-model-ci-node';
import { movePullRequest } from '../database/operations/deliveries/movePullRequest';
import { isMovedTo } from '../database/operations/sources/findSourceStates';
import { SourceChecker } from '../pipelines/sources/SourceChecker';
import { folderOf } from '../source/sourceUrl';
import { CommentReporter } from '../statuses/comments/CommentReporter';
import { EmbeddedComments } from '../statuses/comments/EmbeddedComments';
import { StatusReporter } from '../statuses/StatusReporter';
import { ChangeTrigger } from '../triggers/ChangeTrigger';
import { createPathsFinder } from '../triggers/createPathsFinder';
import { createUserFinder } from '../triggers/createUserFinder';
import { Deliveries } from '../triggers/Deliveries';
import {
  receivePullRequest,
  receivePush,
  receiveWebhook,
} from '../triggers/receive';
import { Schedules } from '../triggers/schedules/Schedules';
import { checkedTopics } from './checkedTopics';
import type { Parts } from './createParts';
import type { ModelCiServices } from './ModelCiServices';
import { readAppUrl } from './readAppUrl';
import type { Settings } from './readSettings';

export type Triggers = ReturnType<typeof createTriggers>;

/** Starts runs for what code hosts announce. */
export function createTriggers(
  services: ModelCiServices,
  { integrations }: Settings,
  { db, definitions, pipelines, repositoryFinder, runs, source }: Parts,
) {
  const { events, logger } = services;
  const trigger = new ChangeTrigger({
    ...{ pipelines, runs, definitions, logger },
    source: {
      findDefaultBranch: sourceUrl => source.findDefaultBranch(sourceUrl),
      repository: sourceUrl => source.repository(sourceUrl),
      resolve: (...asked) => source.resolve(...asked),
      isOn: (...asked) => source.isOn(...asked),
      folder: sourceUrl => folderOf(sourceUrl, integrations),
      isIn: async ({ ref, sourceUrl }, repositoryUrl) =>
        source.repository(sourceUrl).toLocaleLowerCase('en-US') ===
          repositoryUrl.toLocaleLowerCase('en-US') ||
        (await isMovedTo(db, ref, repositoryUrl)),
    },
    findPaths: createPathsFinder({ integrations, logger }),
    movePullRequest: state => movePullRequest(db, state),
    findUser: createUserFinder({ ...services, integrations }),
  });
  const sources = new SourceChecker({
    ...{ db, integrations, source, logger },
    repositories: repositoryFinder,
  });
  const deliveries = new Deliveries({
    ...{ db, logger },
    trigger: {
      async handle(change, key) {
        await sources.expectChange(change.repositoryUrl);
        return await trigger.handle(change, key);
      },
      agree: (...args) => trigger.agree(...args),
    },
  });
  const schedules = new Schedules({ db, pipelines, runs, logger });
  const appUrl = readAppUrl(services.config);
  const statuses = new StatusReporter({ db, integrations, logger, appUrl });
  const comments = new CommentReporter({
    ...{ db, integrations, logger, appUrl },
    getRun: id => runs.get(id),
    embedded: new EmbeddedComments(services),
  });
  const areCommented =
    services.config.getOptionalBoolean('modelCi.pullRequestComments') ?? true;
  return {
    deliveries,
    schedules,
    sources,
    statuses,
    /** Absent where nobody wants them. */
    comments: areCommented ? comments : undefined,
    async subscribe() {
      await events.subscribe({
        id: 'model-ci',
        topics: [PUSH_TOPIC, PULL_REQUEST_TOPIC],
        onEvent: ({ topic, eventPayload }) => {
          const receive =
            topic === PUSH_TOPIC ? receivePush : receivePullRequest;
          return receive(eventPayload, {
            deliveries,
            acknowledge: event => acknowledgePush(events, event),
          });
        },
      });
      const topics = checkedTopics(services.config, integrations);
      if (topics.length > 0) {
        await events.subscribe({
          id: 'model-ci-webhooks',
          topics,
          onEvent: event =>
            receiveWebhook(event, { deliveries, integrations, logger }),
        });
      }
    },
  };
}
