import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { authProvidersExtensionPoint } from '@backstage/plugin-auth-node';
import { ACT_AS_USER_PROVIDER } from '@model-ci/backstage-plugin-model-ci-node';
import { createActAsUserProvider } from './createActAsUserProvider';
import { readGuest } from './readGuest';

/** The auth provider by which the plugins of Model CI act for users who are not there. */
export const authModuleModelCi = createBackendModule({
  pluginId: 'auth',
  moduleId: 'model-ci',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        providers: authProvidersExtensionPoint,
      },
      async init({ auth, config, logger, providers }) {
        const guest = readGuest(config, process.env.NODE_ENV);
        providers.registerProvider({
          providerId: ACT_AS_USER_PROVIDER,
          factory: ({ resolverContext }) =>
            createActAsUserProvider({ auth, guest, logger, resolverContext }),
        });
      },
    });
  },
});
