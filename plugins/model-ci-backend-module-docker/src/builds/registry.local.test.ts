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
import { ImageSweep } from './ImageSweep';
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
    const keepsImage = result?.type === 'image';
    await executor.cleanup(handle, { keepsImage });
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

  it('go from the engine where nothing uses them, and are there again for whoever runs them', async () => {
    const registries = [
      { host: registry.host, push: 'models', ...REGISTRY_USER },
    ];
    const make = async (said: string) => {
      const Dockerfile = `FROM busybox:latest\nRUN echo ${said} ${process.pid} >/said\n`;
      const { result } = await run(
        { registries },
        { ...build, workspace: [part('.', { Dockerfile })] },
      );
      if (result?.type !== 'image') {
        throw new Error('There is no image');
      }
      return result.image;
    };
    const named = await make('named');
    const left = await make('left');
    const newest = await make('newest');
    const namesOf = async ({ id }: { id: string }) => {
      const image = await docker
        .getImage(id)
        .inspect()
        .catch(() => undefined);
      return image && [...image.RepoTags, ...image.RepoDigests];
    };
    const foreign = { repo: 'model-ci-test/somebodys', tag: '1' };
    await docker.getImage(named.id).tag(foreign);

    const engines = new Engines([localEngine({ registries })]);
    all.push(engines);
    const sweep = new ImageSweep(engines.get('docker-local'), name =>
      name.startsWith(registry.host),
    );
    const tomorrow = Date.now() + 25 * 3_600_000;
    await sweep.run(tomorrow);
    expect(await namesOf(left)).toHaveLength(3);
    await sweep.run(tomorrow + 2 * 3_600_000);
    expect(await namesOf(left)).toBeUndefined();
    expect(await namesOf(named)).toEqual(['model-ci-test/somebodys:1']);
    expect(await namesOf(newest)).toHaveLength(5);

    const again = await run(
      { pull: 'never', registries },
      { image: left.reference, script: 'cat /said' },
    );
    expect(again.log).toBe(`left ${process.pid}\n`);
    for (const { id } of [named, left, newest]) {
      await docker.getImage(id).remove({ force: true });
    }
  });

  it('are not pushed to a registry that does not answer, and the platform is to blame', async () => {
    const { result, log } = await run(
      { registries: [{ host: '127.0.0.1:9', push: 'models' }] },
      { ...build, timeoutSeconds: 12 },
    );
    expect(result).toMatchObject({
      type: 'errored',
      reason: {
        code: 'image.registryFailed',
        parameters: {
          registry: '127.0.0.1:9',
          error: expect.stringContaining('connection refused'),
        },
      },
    });
    expect(log).toContain('connection refused; it is tried again\n');
  });

  it('are not pushed where the registry refuses the credentials, and that is the reason', async () => {
    const registries = [
      { host: registry.host, push: 'models', username: 'x', password: 'wrong' },
    ];
    const { result, log } = await run({ registries }, build);
    expect(result).toMatchObject({
      type: 'errored',
      reason: {
        code: 'image.notPushed',
        parameters: { registry: registry.host },
      },
    });
    expect(log).not.toContain('wrong');
  });
});
