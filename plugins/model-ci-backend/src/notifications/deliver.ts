import type { LoggerService } from '@backstage/backend-plugin-api';
import type { NotificationPayload } from '@backstage/plugin-notifications-common';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';

/** What a notification says, as reasons, and the rest of Backstage's payload. */
export interface NoticePayload
  extends Omit<NotificationPayload, 'title' | 'description' | 'metadata'> {
  title: Reason;
  description?: Reason;
  scope: string;
}

/** A notification that somebody is to get, however often it has to be tried. */
export interface OwedNotice {
  recipient: string;
  /** Its scope makes a second sending replace the first: a backend may die between sending and recording. */
  payload: NoticePayload;
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
        payload: toPayload(payload),
      });
      await record();
    } catch (error) {
      options.logger.warn(`A notification is sent again later: ${error}`);
    }
  }
}

/** Characters that Backstage's database has room for; a longer title would be refused at every try. */
const MAX_TITLE = 255;

/**
 * Backstage keeps the text of a notification and nothing else of what it says, so that it is English for everybody. Processors,
 * which send it on as mail or elsewhere, find the reasons beside it.
 */
function toPayload({
  title,
  description,
  ...rest
}: NoticePayload): NotificationPayload {
  return {
    ...rest,
    title: shortened(title.text),
    ...(description && { description: description.text }),
    metadata: {
      'model-ci': JSON.parse(JSON.stringify({ title, description })),
    },
  };
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length > MAX_TITLE
    ? `${characters.slice(0, MAX_TITLE - 1).join('')}…`
    : text;
}
