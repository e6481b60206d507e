import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { executorsExtensionPoint } from '@model-ci/backstage-plugin-model-ci-node';
import { readProcessConfig } from './config';
import { ProcessExecutor } from './ProcessExecutor';

/** Registers the `process` executor if `modelCi.executors.process.enabled` is true. */
export const modelCiModuleProcess = createBackendModule({
  pluginId: 'model-ci',
  moduleId: 'process',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        executors: executorsExtensionPoint,
      },
      async init({ config, logger, executors }) {
        const processConfig = readProcessConfig(config);
        if (!processConfig) {
          return;
        }
        logger.info(
          `Stages may run as processes of this machine, as its user, in ${processConfig.directory}`,
        );
        executors.addExecutor(new ProcessExecutor(processConfig));
      },
    });
  },
});
