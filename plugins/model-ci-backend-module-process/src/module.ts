import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { executorsExtensionPoint } from '@model-ci/backstage-plugin-model-ci-node';
import { readProcessConfig } from './config';
import { readDirectoryIdentity } from './directoryIdentity';
import { migrateProcessNodes, NodeClaim, RENEWAL_MS } from './NodeClaim';
import { ProcessExecutor } from './ProcessExecutor';
import { checkUser } from './processes/checkUser';

/** Registers the `process` executor if `modelCi.executors.process.enabled` is true. */
export const modelCiModuleProcess = createBackendModule({
  pluginId: 'model-ci',
  moduleId: 'process',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        database: coreServices.database,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        executors: executorsExtensionPoint,
      },
      async init({ config, database, lifecycle, logger, executors }) {
        const processConfig = readProcessConfig(config);
        if (!processConfig) {
          return;
        }
        logger.info(
          `Stages may run as processes of this machine, in ${processConfig.directory}`,
        );
        await checkUser(processConfig);
        const { directory, node } = processConfig;
        const { id, hostname } = await readDirectoryIdentity(directory);
        const claim = new NodeClaim(
          await migrateProcessNodes(database),
          { name: node.name, directory_id: id, hostname, directory },
          Date.now,
        );
        await claim.take();
        const renewal = setInterval(() => {
          claim.renew().then(
            isOurs => isOurs || logger.error(nodeLost(node.name)),
            error => logger.warn(`The claim of node ${node.name}: ${error}`),
          );
        }, RENEWAL_MS);
        lifecycle.addShutdownHook(() => clearInterval(renewal));
        const executor = new ProcessExecutor(processConfig);
        const swept = await executor.sweep(Date.now(), (folder, error) =>
          logger.warn(
            `Folder ${folder} is left alone, because it cannot be said whether anything runs in it: ${error}`,
          ),
        );
        if (swept > 0) {
          logger.info(`Removed ${swept} folders of starts that never happened`);
        }
        executors.addExecutor(executor);
      },
    });
  },
});

function nodeLost(name: string): string {
  return `Node '${name}' was taken over by another machine while this one could not renew its claim. Give one of them another name under modelCi.executors.process.node.name and restart it`;
}
