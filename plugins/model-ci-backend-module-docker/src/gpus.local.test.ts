import { randomUUID } from 'node:crypto';
import {
  attempt,
  type ExecutorUnderTest,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import type {
  GpuReading,
  RequestedResources,
} from '@model-ci/backstage-plugin-model-ci-node';
import Docker from 'dockerode';
import type { EngineConfig } from './config';
import { containerName } from './containers/containerName';
import { LABELS } from './containers/labels';
import { DockerExecutor } from './DockerExecutor';
import { Engines } from './Engines';
import { describeWithDocker, localEngine } from './testing/localEngine';

jest.setTimeout(60_000);

/** The machine has none: its tools are pretended, and what is asked of the engine is what it refuses. */
const DEVICES = [{ id: 'GPU-a', model: 'NVIDIA H200' }, { id: 'GPU-b' }];
const READINGS: GpuReading[] = DEVICES.map(device => ({
  ...device,
  utilization: 0.5,
}));

describeWithDocker('GPUs of the docker executor', () => {
  const docker = new Docker();
  const all: Engines[] = [];

  afterAll(async () => {
    await Promise.all(all.map(engines => engines.dispose()));
  });

  const create = (rest: Partial<EngineConfig> = {}) => {
    const engines = new Engines(
      [localEngine({ gpus: undefined, ...rest })],
      undefined,
      {
        devices: async () => ({ devices: DEVICES }),
        readings: async () => READINGS,
      },
    );
    all.push(engines);
    return new DockerExecutor(engines);
  };

  const specOf = (executor: DockerExecutor, resources: RequestedResources) => {
    const under: ExecutorUnderTest = {
      executor,
      recreate: async () => create(),
      node: 'docker-local',
      image: 'busybox:latest',
      removeBehind: async () => {},
      remains: async () => [],
    };
    return attempt(under, 'sleep 30', { resources });
  };

  /** A container that holds a GPU, as far as its label says. */
  async function hold(gpu: string, attemptId: string) {
    const container = await docker.createContainer({
      name: containerName(attemptId),
      Image: 'busybox:latest',
      Cmd: ['sleep', '60'],
      Labels: {
        [LABELS.managed]: 'attempt',
        [LABELS.attempt]: attemptId,
        [LABELS.gpus]: gpu,
      },
    });
    await container.start();
    return container;
  }

  it('are those of the machine, as many as configuration says', async () => {
    expect(await create().inventory()).toMatchObject([
      { capacity: { gpus: 2 }, gpuDevices: DEVICES },
    ]);
    expect(await create({ gpus: 1 }).inventory()).toMatchObject([
      { capacity: { gpus: 1 }, gpuDevices: [DEVICES[0]] },
    ]);
    expect(
      (await create({ gpus: 0 }).inventory())[0].gpuDevices,
    ).toBeUndefined();
  });

  it('are asked of the engine, which says that it has none', async () => {
    const executor = create();
    const spec = specOf(executor, { gpus: 1, gpuIds: ['GPU-b'] });
    await expect(executor.submit(spec)).rejects.toThrow(
      'install the NVIDIA Container Toolkit there',
    );
    await executor.withdraw(spec);
  });

  it('are not given while another container of ours has them', async () => {
    const executor = create();
    const spec = specOf(executor, { gpus: 1, gpuIds: ['GPU-a'] });
    const container = await hold('GPU-a', randomUUID());
    try {
      await expect(executor.submit(spec)).rejects.toThrow(
        "GPU GPU-a of 'docker-local' is still in another container",
      );
    } finally {
      await container.remove({ force: true });
    }
  });

  it('are held by no one but others: a start that is repeated finds its own', async () => {
    const executor = create();
    const spec = specOf(executor, { gpus: 1, gpuIds: ['GPU-a'] });
    const container = await hold('GPU-a', spec.attemptId);
    try {
      await expect(executor.submit(spec)).resolves.toMatchObject({
        containerId: container.id,
      });
    } finally {
      await executor.withdraw(spec);
    }
  });

  it('are not held by labels that an image brings along', async () => {
    const executor = create();
    const image = 'model-ci-test/labels:1';
    const attemptId = randomUUID();
    const layers = await docker.createContainer({
      Image: 'busybox:latest',
      Cmd: ['true'],
    });
    await layers.commit({
      repo: 'model-ci-test/labels',
      tag: '1',
      changes: `LABEL ${LABELS.managed}=attempt ${LABELS.attempt}=${attemptId} ${LABELS.gpus}=GPU-a ${LABELS.service}=s`,
    });
    await layers.remove();
    const foreign = await docker.createContainer({
      Image: image,
      Cmd: ['sleep', '60'],
    });
    await foreign.start();
    const ours = specOf(executor, {});
    const handle = await executor.submit({ ...ours, image });
    const spec = specOf(executor, { gpus: 1, gpuIds: ['GPU-a'] });
    try {
      // The engine, which has none, is asked: nobody holds it
      await expect(executor.submit(spec)).rejects.toThrow('Container Toolkit');
      const { Config } = await docker
        .getContainer(containerName(ours.attemptId))
        .inspect();
      expect(Config.Labels).toMatchObject({
        [LABELS.attempt]: ours.attemptId,
        [LABELS.gpus]: '',
        [LABELS.service]: '',
      });
    } finally {
      await executor.cancel(handle, 'cancelled');
      await executor.cleanup(handle);
      await foreign.remove({ force: true });
      await docker.getImage(image).remove();
    }
  });

  it('are read for the attempt that has them', async () => {
    const handle = {
      engine: 'docker-local',
      containerId: 'c',
      attemptId: 'a',
      startedAt: 0,
      timeoutSeconds: 1,
      maxLogBytes: 1,
      gpuIds: ['GPU-b'],
    };
    expect(await create().gpuReadings(handle)).toEqual([
      { id: 'GPU-b', utilization: 0.5 },
    ]);
    expect(
      await create().gpuReadings({ ...handle, gpuIds: undefined }),
    ).toEqual([]);
  });
});
