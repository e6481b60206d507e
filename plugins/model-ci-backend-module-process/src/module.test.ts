import { resolve } from 'node:path';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { executorsExtensionPoint } from '@model-ci/backstage-plugin-model-ci-node';
import { readProcessConfig } from './config';
import { modelCiModuleProcess } from './module';

describe('the process module', () => {
  it('registers nothing unless it is turned on', async () => {
    const addExecutor = jest.fn();
    const start = async (config: object) => {
      const backend = await startTestBackend({
        extensionPoints: [[executorsExtensionPoint, { addExecutor }]],
        features: [
          modelCiModuleProcess,
          mockServices.rootConfig.factory({
            data: { modelCi: { executors: { process: { ...config } } } },
          }),
        ],
      });
      await backend.stop();
    };
    await start({ directory: './data/process' });
    await start({ directory: './data/process', enabled: false });
    expect(addExecutor).not.toHaveBeenCalled();
    await start({ directory: './data/process', enabled: true });
    expect(addExecutor).toHaveBeenCalledTimes(1);
    expect(addExecutor.mock.calls[0][0].name).toBe('process');
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
        node: { name: 'lab', labels: { zone: 'a' }, cpus: 2, memory: '8Gi' },
      }),
    ).toEqual({
      directory: resolve('./data'),
      node: {
        name: 'lab',
        labels: { zone: 'a' },
        capacity: { cpus: 2, memoryBytes: 8 * 2 ** 30, gpus: 0 },
      },
    });
    expect(read({ enabled: true, directory: './data' })?.node).toEqual({
      name: 'local',
      labels: {},
      capacity: {
        cpus: expect.any(Number),
        memoryBytes: expect.any(Number),
        gpus: 0,
      },
    });
    expect(() => read({ enabled: true })).toThrow('directory');
  });
});
