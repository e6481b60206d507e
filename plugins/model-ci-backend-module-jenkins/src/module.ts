import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { executorsExtensionPoint } from '@model-ci/backstage-plugin-model-ci-node';
import { readControllerConfigs } from './config';
import { Controller } from './Controller';
import { JenkinsExecutor } from './JenkinsExecutor';

/** Registers the `jenkins` executor if app-config names controllers under `modelCi.executors.jenkins`. */
export const modelCiModuleJenkins = createBackendModule({
  pluginId: 'model-ci',
  moduleId: 'jenkins',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        executors: executorsExtensionPoint,
      },
      async init({ config, logger, executors }) {
        const configs = readControllerConfigs(config);
        if (configs.length > 0) {
          executors.addExecutor(
            new JenkinsExecutor(
              configs.map(
                controller =>
                  new Controller(controller, message => logger.warn(message)),
              ),
            ),
          );
        }
      },
    });
  },
});
