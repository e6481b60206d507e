import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { eventsExtensionPoint } from '@backstage/plugin-events-node/alpha';
import { createSignatureValidator } from './createSignatureValidator';

const HOSTS = [
  {
    topic: 'gitea',
    secretKey: 'events.modules.gitea.webhookSecret',
    header: 'x-gitea-signature',
  },
  {
    topic: 'bitbucketCloud',
    secretKey: 'events.modules.bitbucketCloud.webhookSecret',
    header: 'x-hub-signature',
    prefix: 'sha256=',
  },
];

/** Opens `POST /api/events/http/<topic>` for each host whose secret is in app-config. */
export const eventsModuleModelCi = createBackendModule({
  pluginId: 'events',
  moduleId: 'model-ci',
  register(env) {
    env.registerInit({
      deps: { config: coreServices.rootConfig, events: eventsExtensionPoint },
      async init({ config, events }) {
        for (const { topic, secretKey, ...signature } of HOSTS) {
          const secret = config.getOptionalString(secretKey);
          if (secret !== undefined) {
            events.addHttpPostIngress({
              topic,
              validator: createSignatureValidator({ secret, ...signature }),
            });
          }
        }
      },
    });
  },
});
