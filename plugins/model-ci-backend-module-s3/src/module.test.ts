import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { artifactStoreExtensionPoint } from '@model-ci/backstage-plugin-model-ci-node';
import { modelCiModuleS3 } from './module';

describe('the s3 module', () => {
  it('sets a store where a bucket is configured, and none elsewhere', async () => {
    const calls: Array<string | undefined> = [];
    const server = createServer((req, res) => {
      calls.push(req.method);
      req.resume();
      res.end(req.method === 'GET' ? '<ListBucketResult/>' : '');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const s3 = {
      bucket: 'models',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    };
    const setArtifactStore = jest.fn();
    const start = async (data: object) => {
      const backend = await startTestBackend({
        extensionPoints: [[artifactStoreExtensionPoint, { setArtifactStore }]],
        features: [
          modelCiModuleS3,
          mockServices.rootConfig.factory({ data: { ...data } }),
        ],
      });
      await backend.stop();
    };
    try {
      await start({});
      expect(setArtifactStore).not.toHaveBeenCalled();
      await expect(
        start({ modelCi: { storage: { s3: { ...s3, bucket: undefined } } } }),
      ).rejects.toThrow('modelCi.storage.s3.bucket');
      expect(calls).toEqual([]);
      await start({ modelCi: { storage: { s3 } } });
      expect(setArtifactStore).toHaveBeenCalledTimes(1);
      expect(calls).toEqual(['GET', 'PUT', 'DELETE']);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});
