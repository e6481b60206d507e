import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { executorsExtensionPoint } from '@model-ci/backstage-plugin-model-ci-node';
import { modelCiModuleDocker } from './module';

describe('the docker module', () => {
  it('registers an executor where engines are configured, and none elsewhere', async () => {
    const addExecutor = jest.fn();
    const start = async (data: object) => {
      const backend = await startTestBackend({
        extensionPoints: [[executorsExtensionPoint, { addExecutor }]],
        features: [
          modelCiModuleDocker,
          mockServices.rootConfig.factory({ data: { ...data } }),
        ],
      });
      await backend.stop();
    };
    await start({});
    expect(addExecutor).not.toHaveBeenCalled();
    await start({
      modelCi: {
        executors: {
          docker: { engines: [{ name: 'a', socketPath: '/a.sock' }] },
        },
      },
    });
    expect(addExecutor).toHaveBeenCalledTimes(1);
    expect(addExecutor.mock.calls[0][0].name).toBe('docker');
  });
});
