import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { executorsExtensionPoint } from '@model-ci/backstage-plugin-model-ci-node';
import { readProcessConfig } from './config';
import { modelCiModuleProcess } from './module';

const databases = TestDatabases.create({
  ids: ['SQLITE_3'],
  disableDocker: true,
});

describe('the process module', () => {
  it('registers nothing unless it is turned on', async () => {
    const addExecutor = jest.fn();
    const knex = await databases.init('SQLITE_3');
    const directory = await mkdtemp(join(tmpdir(), 'model-ci-process-'));
    const start = async (config: object) => {
      const backend = await startTestBackend({
        extensionPoints: [[executorsExtensionPoint, { addExecutor }]],
        features: [
          modelCiModuleProcess,
          createServiceFactory({
            service: coreServices.database,
            deps: {},
            factory: () => ({ getClient: async () => knex }),
          }),
          mockServices.rootConfig.factory({
            data: { modelCi: { executors: { process: { ...config } } } },
          }),
        ],
      });
      await backend.stop();
    };
    await start({ directory });
    await start({ directory, enabled: false });
    expect(addExecutor).not.toHaveBeenCalled();
    await start({ directory, enabled: true });
    expect(addExecutor).toHaveBeenCalledTimes(1);
    expect(addExecutor.mock.calls[0][0].name).toBe('process');
    const elsewhere = await mkdtemp(join(tmpdir(), 'model-ci-process-'));
    await expect(
      start({ directory: elsewhere, enabled: true }),
    ).rejects.toThrow('modelCi.executors.process.node.name');
    for (const made of [directory, elsewhere]) {
      await rm(made, { recursive: true });
    }
  });

  it('reads its node, with the machine as default', () => {
    const read = (process: object) =>
      readProcessConfig(
        new ConfigReader({ modelCi: { executors: { process } } }),
      );
    expect(
      read({
        enabled: true,
        directory: './data',
        node: {
          name: 'lab',
          labels: { zone: 'a' },
          cpus: 2,
          memory: '8Gi',
          gpus: 1,
        },
      }),
    ).toEqual({
      directory: resolve('./data'),
      node: {
        name: 'lab',
        labels: { zone: 'a' },
        capacity: { cpus: 2, memoryBytes: 8 * 2 ** 30 },
        gpus: 1,
      },
    });
    expect(read({ enabled: true, directory: './data' })?.node).toEqual({
      name: 'local',
      labels: {},
      capacity: {
        cpus: expect.any(Number),
        memoryBytes: expect.any(Number),
      },
    });
    expect(() => read({ enabled: true })).toThrow('directory');
  });
});
