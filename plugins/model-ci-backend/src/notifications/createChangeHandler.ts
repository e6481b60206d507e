import type { LoggerService } from '@backstage/backend-plugin-api';
import type { EventsService } from '@backstage/plugin-events-node';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { SignalsService } from '@backstage/plugin-signals-node';
import type { Knex } from 'knex';
import {
  MODEL_CI_SIGNAL_CHANNEL,
  type ModelCiSignal,
} from '@model-ci/backstage-plugin-model-ci-common';
import { NODES_TOPIC } from '@model-ci/backstage-plugin-model-ci-node';
import { FailureNotifier } from './FailureNotifier';
import type { Watchers } from './watchers/Watchers';

export interface ChangeHandlerOptions {
  db: Knex;
  watchers: Pick<Watchers, 'of'>;
  signals: SignalsService;
  notifications: NotificationService;
  events: EventsService;
  logger: LoggerService;
}

/** Notifies open pages, the catalog, and whoever has to know of a failure. To be called after a change was committed. */
export function createChangeHandler(
  options: ChangeHandlerOptions,
): (signal: ModelCiSignal) => void {
  const { events, logger } = options;
  const notifier = new FailureNotifier(options);
  return signal => {
    publishSignal(signal, options).catch(error =>
      logger.debug(`A signal was not published: ${error}`),
    );
    void notifier.onChange(signal);
    if (signal.type === 'nodes') {
      // The catalog shows the nodes, too.
      events
        .publish({ topic: NODES_TOPIC, eventPayload: {} })
        .catch(error =>
          logger.debug(`The catalog was not notified of the nodes: ${error}`),
        );
    }
  };
}

/** A signal names pipelines and runs: it goes to those who may see them, and to nobody who has not signed in. */
async function publishSignal(
  signal: ModelCiSignal,
  { watchers, signals }: ChangeHandlerOptions,
): Promise<void> {
  const entityRef = await watchers.of(signal);
  if (entityRef.length > 0) {
    await signals.publish({
      recipients: { type: 'user', entityRef },
      channel: MODEL_CI_SIGNAL_CHANNEL,
      message: signal,
    });
  }
}
