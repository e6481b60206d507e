import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import type { ExecutorType } from '@model-ci/backstage-plugin-model-ci-common';
import {
  type ArtifactStore,
  artifactStoreExtensionPoint,
  type Executor,
  executorsExtensionPoint,
} from '@model-ci/backstage-plugin-model-ci-node';
import { startModelCi } from './startModelCi';

/**
 * The engine, storage and HTTP interface of Model CI. Executors and other artifact stores come from modules.
 */
export const modelCiPlugin = createBackendPlugin({
  pluginId: 'model-ci',
  register(env) {
    const executors = new Map<ExecutorType, Executor>();
    let artifactStore: ArtifactStore | undefined;

    env.registerExtensionPoint(executorsExtensionPoint, {
      addExecutor(executor) {
        if (executors.has(executor.type)) {
          throw new Error(
            `There are two executors '${executor.type}': install only one module for it`,
          );
        }
        executors.set(executor.type, executor);
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
        scheduler: coreServices.scheduler,
        signals: signalsServiceRef,
        urlReader: coreServices.urlReader,
      },
      async init(services) {
        await startModelCi({ ...services, executors, artifactStore });
      },
    });
  },
});
