import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { createNamesDemandFreeAction } from './actions/namesDemandFree';
import { createRepositoryCreateAction } from './actions/repositoryCreate';
import { createRunStartAction } from './actions/runStart';

/** Adds the actions `model-ci:names:demand-free`, `model-ci:repository:create` and `model-ci:run:start` to the scaffolder. */
export const scaffolderModuleModelCi = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'model-ci',
  register(env) {
    env.registerInit({
      deps: {
        actions: scaffolderActionsExtensionPoint,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        discovery: coreServices.discovery,
      },
      async init({ actions, auth, catalog, discovery }) {
        actions.addActions(
          createNamesDemandFreeAction({ auth, catalog }),
          createRepositoryCreateAction({ auth, discovery }),
          createRunStartAction({ auth, catalog, discovery }),
        );
      },
    });
  },
});
