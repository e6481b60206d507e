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
        executors: executorsExtensionPoint,
      },
      async init({ config, logger, executors }) {
        const configs = readEngineConfigs(config);
        if (configs.length > 0) {
          executors.addExecutor(
            new DockerExecutor(new Engines(configs, logger)),
          );
        }
      },
    });
  },
});
