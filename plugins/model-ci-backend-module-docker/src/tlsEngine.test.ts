import { Readable } from 'node:stream';
import { ConfigReader } from '@backstage/config';
import {
  attempt,
  describeExecutorContract,
  part,
  type ExecutorUnderTest,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import { pack } from 'tar-stream';
import { readEngineConfigs } from './config';
import { DockerExecutor } from './DockerExecutor';
import { Engines } from './Engines';
import { describeIf } from './testing/localEngine';
import {
  startTlsEngine,
  whyNoTlsEngine,
  type TlsEngine,
} from './testing/tlsEngine';

jest.setTimeout(120_000);

const IMAGE = 'busybox:latest';

describeIf(whyNoTlsEngine(), 'with an engine over TLS', () => {
  let engine: TlsEngine;
  const all: Engines[] = [];

  const executorWith = (rest: object = {}) => {
    const { host, port, caFile, certFile, keyFile } = engine;
    const config = {
      name: 'gpu-01',
      host,
      port,
      tls: { caFile, certFile, keyFile },
      cpus: 2,
      memory: '2Gi',
      labels: { zone: 'a' },
      ...rest,
    };
    const engines = new Engines(
      readEngineConfigs(
        new ConfigReader({
          modelCi: { executors: { docker: { engines: [config] } } },
        }),
      ),
    );
    all.push(engines);
    return new DockerExecutor(engines);
  };

  const under = (executor: DockerExecutor): ExecutorUnderTest => ({
    executor,
    recreate: async () => executorWith(),
    node: 'gpu-01',
    image: IMAGE,
    async removeBehind(handle) {
      await engine.docker
        .getContainer(String(handle.containerId))
        .remove({ force: true });
    },
    async remains(id) {
      const containers = await engine.docker.listContainers({
        all: true,
        filters: { name: [id] },
      });
      return containers.flatMap(({ Names }) => Names);
    },
  });

  beforeAll(async () => {
    engine = await startTlsEngine({ images: [IMAGE], dataSize: '160m' });
  });

  afterAll(async () => {
    await Promise.all(all.map(engines => engines.dispose()));
    await engine?.dispose();
  });

  describeExecutorContract('docker, engine over TLS', {
    features: {
      networkNone: true,
      memoryLimit: true,
      shell: true,
      services: true,
      cluster: false,
      lostAnswers: 4,
    },
    create: async () => under(executorWith()),
  });

  it('shows the capacity and labels of its configuration', async () => {
    await expect(executorWith().inventory()).resolves.toEqual([
      {
        name: 'gpu-01',
        labels: { zone: 'a' },
        capacity: { cpus: 2, memoryBytes: 2 * 2 ** 30, gpus: 0 },
        health: 'healthy',
      },
    ]);
  });

  it('says that its disk is full, and what to do', async () => {
    const executor = executorWith();
    const spec = attempt(under(executor), 'true', {
      workspace: [{ ...part('.', {}), open: async () => zeros(400 * 2 ** 20) }],
    });
    await expect(executor.submit(spec)).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringMatching(
        /disk of docker engine 'gpu-01' is full.*docker system prune/,
      ),
    });
    await expect(under(executor).remains(spec.attemptId)).resolves.toEqual([]);
  });

  describe('an error in its TLS', () => {
    const refusal = async (rest: object) => {
      const executor = executorWith(rest);
      const [node] = await executor.inventory();
      expect(node.health).toBe('unreachable');
      const error: Error = await executor
        .submit(attempt(under(executor), 'true'))
        .then(
          () => Promise.reject(new Error('it was not refused')),
          reason => reason,
        );
      expect(error.name).toBe('ServiceUnavailableError');
      expect(error.message).toBe(node.message);
      return error.message;
    };

    it('in the client certificate is reported', async () => {
      const message = await refusal({
        tls: {
          caFile: engine.caFile,
          certFile: engine.strangerCertFile,
          keyFile: engine.strangerKeyFile,
        },
      });
      expect(message).toContain('tls.certFile');
    });

    it('in the authority is reported', async () => {
      const message = await refusal({
        tls: {
          caFile: engine.strangerCaFile,
          certFile: engine.certFile,
          keyFile: engine.keyFile,
        },
      });
      expect(message).toContain('tls.caFile');
    });

    it('in the port is reported', async () => {
      await expect(refusal({ port: 2399 })).resolves.toContain(
        'check the machine, the port and the firewall',
      );
    });
  });
});

/** A tar archive with one large file. */
function zeros(size: number): Readable {
  const archive = pack();
  const block = Buffer.alloc(2 ** 20);
  const entry = archive.entry({ name: 'large', size }, () =>
    archive.finalize(),
  );
  Readable.from(
    (function* blocks() {
      for (let at = 0; at < size; at += block.length) {
        yield block;
      }
    })(),
  ).pipe(entry);
  return Readable.from(archive, { objectMode: false });
}
