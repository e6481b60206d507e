import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { executorsExtensionPoint } from '@model-ci/backstage-plugin-model-ci-node';
import { modelCiModuleSlurm } from './module';

async function registered(slurm: object | undefined): Promise<string[]> {
  const names: string[] = [];
  const backend = await startTestBackend({
    extensionPoints: [
      [
        executorsExtensionPoint,
        { addExecutor: executor => names.push(executor.name) },
      ],
    ],
    features: [
      modelCiModuleSlurm,
      mockServices.rootConfig.factory({
        data: { modelCi: { executors: { ...(slurm && { slurm }) } } },
      }),
    ],
  });
  await backend.stop();
  return names;
}

it('registers nothing without clusters', async () => {
  await expect(registered(undefined)).resolves.toEqual([]);
});

it('registers the executor, whether a cluster answers or not', async () => {
  const cluster = {
    name: 'hpc',
    commandPrefix: ['false'],
    directory: '/shared/model-ci',
    partitions: [{ name: 'main' }],
  };
  await expect(registered({ clusters: [cluster] })).resolves.toEqual(['slurm']);
});
