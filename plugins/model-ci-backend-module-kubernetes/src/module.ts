import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { executorsExtensionPoint } from '@model-ci/backstage-plugin-model-ci-node';
import { Clusters } from './Clusters';
import { readClusterConfigs } from './config';
import { KubernetesExecutor } from './KubernetesExecutor';

/** Registers the `kubernetes` executor if app-config names clusters under `modelCi.executors.kubernetes`. */
export const modelCiModuleKubernetes = createBackendModule({
  pluginId: 'model-ci',
  moduleId: 'kubernetes',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        lifecycle: coreServices.lifecycle,
        executors: executorsExtensionPoint,
      },
      async init({ config, logger, lifecycle, executors }) {
        const configs = readClusterConfigs(config);
        if (configs.length > 0) {
          const clusters = new Clusters(configs, { logger });
          lifecycle.addShutdownHook(() => clusters.dispose());
          executors.addExecutor(new KubernetesExecutor(clusters));
        }
      },
    });
  },
});
