import type { RootConfigService } from '@backstage/backend-plugin-api';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import { PROVIDERS } from '../webhooks/readAnnouncement';

const OPEN_TOPICS = 'events.http.topics';

/**
 * The topics of hosts whose announcements are checked. Throws where app-config opens one of them to anybody: the events
 * backend then takes announcements without a check, unless the host's module is there, which nobody can tell from here.
 */
export function checkedTopics(
  config: RootConfigService,
  integrations: Pick<ScmIntegrationRegistry, 'github'>,
): string[] {
  const hasApp = integrations.github
    .list()
    .some(own => own.config.apps?.some(({ webhookSecret }) => webhookSecret));
  const topics = PROVIDERS.filter(
    ({ topic, secretKey }) =>
      config.getOptionalString(secretKey) !== undefined ||
      (topic === 'github' && hasApp),
  ).map(({ topic }) => topic);
  const open = config.getOptionalStringArray(OPEN_TOPICS) ?? [];
  const both = topics.find(topic => open.includes(topic));
  if (both !== undefined) {
    throw new Error(
      `${OPEN_TOPICS} must not have '${both}': without its module, anybody could announce pushes there; remove it, as the module opens the topic itself`,
    );
  }
  return topics;
}
