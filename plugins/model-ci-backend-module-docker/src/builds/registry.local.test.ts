import {
  attempt,
  part,
  readLog,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import type { AttemptSpec } from '@model-ci/backstage-plugin-model-ci-node';
import Docker from 'dockerode';
import type { EngineConfig } from '../config';
import { DockerExecutor } from '../DockerExecutor';
import { Engines } from '../Engines';
import { describeIf, localEngine, whyNoDocker } from '../testing/localEngine';
import {
  REGISTRY_USER,
  startRegistry,
  whyNoRegistry,
} from '../testing/startRegistry';

jest.setTimeout(60_000);

const never = new AbortController().signal;

describeIf(whyNoDocker() ?? whyNoRegistry(), 'images in a registry', () => {
  const docker = new Docker();
  const all: Engines[] = [];
  let registry: Awaited<ReturnType<typeof startRegistry>>;

  beforeAll(async () => {
    registry = await startRegistry();
  });

  afterAll(async () => {
    await registry?.stop();
    await Promise.all(all.map(engines => engines.dispose()));
  });

  async function run(
    config: Partial<EngineConfig>,
    rest: Partial<AttemptSpec>,
  ) {
    const engines = new Engines([localEngine(config)]);
    all.push(engines);
    const executor = new DockerExecutor(engines);
    const spec: AttemptSpec = {
      ...attempt(
        {
          executor,
          recreate: async () => executor,
          node: 'docker-local',
          image: 'busybox:latest',
          removeBehind: async () => {},
          remains: async () => [],
        },
        '',
      ),
      network: 'none',
      ...rest,
    };
    const handle = await executor.submit(spec);
    const log = readLog(executor, handle);
    await executor.observe(handle, never);
    const result = await executor.built(handle);
    const image = await executor.imageOf(handle);
    const text = String(await log);
    await executor.cleanup(handle, { keepsImage: true });
    return { result, image, log: text };
  }

  const build = {
    build: { context: '.', dockerfile: 'Dockerfile', args: {}, tag: 'newest' },
    workspace: [
      part('.', {
        Dockerfile: `FROM busybox:latest\nRUN echo ${Date.now()} >/said\n`,
      }),
    ],
  };

  it('are pushed with credentials, and pulled again by digest with them', async () => {
    const registries = [
      { host: registry.host, push: 'models', ...REGISTRY_USER },
    ];
    const { result, log } = await run({ registries }, build);
    expect(log).toContain(
      `Pushing ${registry.host}/models/default/contract:newest\n`,
    );
    expect(log).not.toContain('secret');
    expect(result).toEqual({
      type: 'image',
      image: {
        id: expect.stringMatching(/^sha256:/),
        reference: expect.stringMatching(
          /^127\.0\.0\.1:\d+\/models\/default\/contract@sha256:[0-9a-f]{64}$/,
        ),
        executor: 'docker',
      },
    });
    if (result?.type !== 'image') {
      throw new Error('There is no image');
    }
    const { id, reference = '' } = result.image;
    await docker.getImage(id).remove({ force: true });

    await expect(
      run({ pull: 'missing' }, { image: reference, script: 'true' }),
    ).rejects.toThrow('no basic auth credentials');
    const pulled = await run(
      { pull: 'missing', registries },
      { image: reference, script: 'cat /said' },
    );
    expect(pulled.log).toMatch(/^\d+\n$/);
    expect(pulled.image).toEqual({ id, reference });
    await docker.getImage(id).remove({ force: true });
  });

  it('are not pushed where the registry refuses the credentials, and that is the reason', async () => {
    const registries = [
      { host: registry.host, push: 'models', username: 'x', password: 'wrong' },
    ];
    const { result, log } = await run({ registries }, build);
    expect(result).toMatchObject({
      type: 'failed',
      reason: {
        code: 'image.notPushed',
        parameters: { registry: registry.host },
      },
    });
    expect(log).not.toContain('wrong');
  });
});
