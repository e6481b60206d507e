import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { executorsExtensionPoint } from '@model-ci/backstage-plugin-model-ci-node';
import { readEngineConfigs } from './config';
import { DockerExecutor } from './DockerExecutor';
import { Engines } from './Engines';

/** Registers the `docker` executor if app-config names engines under `modelCi.executors.docker`. */
export const modelCiModuleDocker = createBackendModule({
  pluginId: 'model-ci',
  moduleId: 'docker',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        lifecycle: coreServices.lifecycle,
        executors: executorsExtensionPoint,
      },
      async init({ config, logger, lifecycle, executors }) {
        const configs = readEngineConfigs(config);
        if (configs.length > 0) {
          const engines = new Engines(configs, logger);
          lifecycle.addShutdownHook(() => engines.dispose());
          executors.addExecutor(new DockerExecutor(engines));
        }
      },
    });
  },
});
