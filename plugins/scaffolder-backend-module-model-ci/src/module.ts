import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import {
  createTemplateGlobalValue,
  scaffolderTemplatingExtensionPoint,
} from '@backstage/plugin-scaffolder-node/alpha';
import { createNamesDemandFreeAction } from './actions/namesDemandFree';
import { createRepositoryCreateAction } from './actions/repositoryCreate';
import { createRunStartAction } from './actions/runStart';

/**
 * Adds the actions `model-ci:names:demand-free`, `model-ci:repository:create` and `model-ci:run:start` to the scaffolder,
 * and the global value `modelCiBackendUrl` to templates.
 */
export const scaffolderModuleModelCi = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'model-ci',
  register(env) {
    env.registerInit({
      deps: {
        actions: scaffolderActionsExtensionPoint,
        templating: scaffolderTemplatingExtensionPoint,
        config: coreServices.rootConfig,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        discovery: coreServices.discovery,
      },
      async init({ actions, templating, config, auth, catalog, discovery }) {
        templating.addTemplateGlobals([
          createTemplateGlobalValue({
            id: 'modelCiBackendUrl',
            description:
              "The address of the portal's backend, for files of other CIs that report to it",
            value: config.getString('backend.baseUrl').replace(/\/+$/, ''),
          }),
        ]);
        actions.addActions(
          createNamesDemandFreeAction({ auth, catalog }),
          createRepositoryCreateAction({ auth, discovery }),
          createRunStartAction({ auth, catalog, discovery }),
        );
      },
    });
  },
});
