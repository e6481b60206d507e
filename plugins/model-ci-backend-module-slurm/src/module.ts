import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { executorsExtensionPoint } from '@model-ci/backstage-plugin-model-ci-node';
import { Cluster } from './Cluster';
import { runnerOf } from './commands/prefixes';
import { readClusterConfigs } from './config';
import { SlurmExecutor } from './SlurmExecutor';

/** Registers the `slurm` executor if app-config names clusters under `modelCi.executors.slurm`. */
export const modelCiModuleSlurm = createBackendModule({
  pluginId: 'model-ci',
  moduleId: 'slurm',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        executors: executorsExtensionPoint,
      },
      async init({ config, logger, executors }) {
        const configs = readClusterConfigs(config);
        if (configs.length === 0) {
          return;
        }
        // Its name is short, since that of a socket may not be long
        const sockets = mkdtempSync(join(tmpdir(), 'model-ci-ssh-'));
        const executor = new SlurmExecutor(
          configs.map(
            cluster =>
              new Cluster(cluster, runnerOf(cluster, sockets), message =>
                logger.warn(message),
              ),
          ),
        );
        executors.addExecutor(executor);
        // A cluster that does not answer keeps nobody from starting
        void executor.sweep((cluster, error) =>
          logger.warn(
            `Slurm cluster '${cluster}' was not prepared, which is tried again with its first attempt: ${error}`,
          ),
        );
      },
    });
  },
});
