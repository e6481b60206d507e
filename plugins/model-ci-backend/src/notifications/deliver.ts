import type { LoggerService } from '@backstage/backend-plugin-api';
import type { NotificationPayload } from '@backstage/plugin-notifications-common';
import type { NotificationService } from '@backstage/plugin-notifications-node';

/** A notification that somebody is to get, however often it has to be tried. */
export interface OwedNotice {
  recipient: string;
  /** Its scope makes a second sending replace the first: a backend may die between sending and recording. */
  payload: NotificationPayload & { scope: string };
  /** Records that it was sent. */
  record(): Promise<void>;
}

/**
 * Sends what is owed and then records it, so that nothing is lost: what cannot be sent stays owed, and the next check
 * tries again. One that fails keeps no other back.
 */
export async function deliver(
  notices: OwedNotice[],
  options: { notifications: NotificationService; logger: LoggerService },
): Promise<void> {
  for (const { recipient, payload, record } of notices) {
    try {
      await options.notifications.send({
        recipients: { type: 'entity', entityRef: recipient },
        payload,
      });
      await record();
    } catch (error) {
      options.logger.warn(`A notification is sent again later: ${error}`);
    }
  }
}
