import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { executorsExtensionPoint } from '@model-ci/backstage-plugin-model-ci-node';
import { Cluster } from './Cluster';
import { makeSocketFolder, sweepSocketFolders } from './commands/connections';
import { disconnectCommand, runnerOf } from './commands/prefixes';
import { readClusterConfigs, type ClusterConfig } from './config';
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
        lifecycle: coreServices.lifecycle,
        executors: executorsExtensionPoint,
      },
      async init({ config, logger, lifecycle, executors }) {
        const configs = readClusterConfigs(config);
        if (configs.length === 0) {
          return;
        }
        const sockets = await prepareSockets(configs);
        lifecycle.addShutdownHook(() => disconnect(configs, sockets));
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

/** Empty where no cluster is reached through ssh. */
async function prepareSockets(configs: ClusterConfig[]): Promise<string> {
  if (!configs.some(({ prefix }) => prefix.type === 'ssh')) {
    return '';
  }
  await sweepSocketFolders(tmpdir());
  return makeSocketFolder(tmpdir());
}

const DISCONNECT_MS = 5_000;

async function disconnect(
  configs: ClusterConfig[],
  sockets: string,
): Promise<void> {
  if (sockets === '') {
    return;
  }
  const ended = configs.map(async ({ prefix }) => {
    if (prefix.type === 'ssh') {
      const [ssh, ...words] = disconnectCommand(prefix.ssh, sockets);
      await promisify(execFile)(ssh, words, { timeout: DISCONNECT_MS });
    }
  });
  // One that is not connected has nothing to end
  await Promise.allSettled(ended);
  await rm(sockets, { recursive: true, force: true });
}
