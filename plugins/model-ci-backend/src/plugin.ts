import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import {
  EXECUTOR_NAME_PATTERN,
  EXTERNAL_EXECUTOR,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  type ArtifactStore,
  artifactStoreExtensionPoint,
  type Executor,
  executorsExtensionPoint,
} from '@model-ci/backstage-plugin-model-ci-node';
import { startModelCi } from './start/startModelCi';

/**
 * The engine, storage and HTTP interface of Model CI. Executors and other artifact stores come from modules.
 */
export const modelCiPlugin = createBackendPlugin({
  pluginId: 'model-ci',
  register(env) {
    const executors = new Map<string, Executor>();
    let artifactStore: ArtifactStore | undefined;

    env.registerExtensionPoint(executorsExtensionPoint, {
      addExecutor(executor) {
        if (!EXECUTOR_NAME_PATTERN.test(executor.name)) {
          throw new Error(
            `'${executor.name}' is not the name of an executor: it needs lowercase letters, digits and hyphens`,
          );
        }
        if (executor.name === EXTERNAL_EXECUTOR) {
          throw new Error(
            `'${EXTERNAL_EXECUTOR}' is what runs of other CIs have in the place of an executor: give the executor another name`,
          );
        }
        if (executors.has(executor.name)) {
          throw new Error(
            `There are two executors '${executor.name}': install only one module for it`,
          );
        }
        executors.set(executor.name, executor);
      },
    });
    env.registerExtensionPoint(artifactStoreExtensionPoint, {
      setArtifactStore(store) {
        if (artifactStore) {
          throw new Error(
            'There are two artifact stores: install only one module with one',
          );
        }
        artifactStore = store;
      },
    });

    env.registerInit({
      deps: {
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        discovery: coreServices.discovery,
        events: eventsServiceRef,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        notifications: notificationService,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        rootLifecycle: coreServices.rootLifecycle,
        scheduler: coreServices.scheduler,
        signals: signalsServiceRef,
        urlReader: coreServices.urlReader,
        userInfo: coreServices.userInfo,
      },
      async init(services) {
        await startModelCi({ ...services, executors, artifactStore });
      },
    });
  },
});
