import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { Built } from '@model-ci/backstage-plugin-model-ci-node';
import { createTestDatabases } from '../database/testDatabase';
import { createEngines, driveUntil, pipelineOf } from './testing/createEngines';
import {
  FakeExecutor,
  fakeNode,
  type FakeScript,
} from './testing/FakeExecutor';

const databases = createTestDatabases();

const ID = `sha256:${'1'.repeat(64)}`;
const REFERENCE = `registry.example/models/a@sha256:${'2'.repeat(64)}`;
const STAGES = [
  'package: { imageBuild: { dockerfile: app/Dockerfile, args: { A: b } } }',
  'test: { needs: [package], image: { stage: package }, run: test }',
];

function builderOf(
  built: (calls: number) => Built | undefined,
  script?: FakeScript,
  nodes = [fakeNode('docker-1'), fakeNode('docker-2')],
) {
  let calls = 0;
  return Object.assign(
    new FakeExecutor({ name: 'docker', nodes, ...(script && { script }) }),
    { buildsImages: true, needsImage: true, built: async () => built(calls++) },
  );
}

describe.each(databases.ids)('Images that stages build on %s', databaseId => {
  async function start(
    executors: FakeExecutor[],
    stages = STAGES,
    input: { isUntrusted?: boolean } = {},
  ) {
    const fixture = createEngines(await databases.init(databaseId), {
      files: pipelineOf(...stages),
      executors,
    });
    const id = await fixture.start(input);
    await fixture.engine.prepareOnce();
    const get = async () => await fixture.runs.get(id);
    return {
      get,
      drive: (until: () => Promise<boolean>) =>
        driveUntil(fixture.engine, until),
      end: async () => {
        await driveUntil(
          fixture.engine,
          async () => (await get()).finishedAt !== undefined,
        );
        await fixture.engine.settled();
        return await get();
      },
    };
  }

  it('are not built for a run that is not trusted', async () => {
    const docker = builderOf(() => undefined);
    const { end } = await start([new FakeExecutor(), docker], STAGES, {
      isUntrusted: true,
    });
    const run = await end();
    expect(docker.tasks.size).toBe(0);
    expect(run.stages[0].attempts[0].reason).toMatchObject({
      code: 'image.untrusted',
    });
  });

  it('are run by digest, where they are', async () => {
    const image = { id: ID, executor: 'docker', node: 'docker-2' };
    const docker = builderOf(() => ({ type: 'image', image }));
    // The default one, which runs what needs no image
    const process = new FakeExecutor();
    const run = await (await start([process, docker])).end();
    expect(run.status).toBe('succeeded');
    expect(docker.tasksOf('package')[0].spec).toMatchObject({
      build: { context: '.', dockerfile: 'app/Dockerfile', args: { A: 'b' } },
    });
    expect(docker.tasksOf('test')[0].spec).toMatchObject({
      node: 'docker-2',
      image: ID,
      imageIsBuilt: true,
    });
    expect(run.stages).toMatchObject([
      { buildsImage: true, attempts: [{ builtImage: image }] },
      { imageFrom: 'package', executor: 'docker' },
    ]);
  });

  it('are run by their digest in a registry, wherever there is room', async () => {
    const docker = builderOf(() => ({
      type: 'image',
      image: { id: ID, reference: REFERENCE, executor: 'docker' },
    }));
    const run = await (await start([docker])).end();
    expect(run.status).toBe('succeeded');
    expect(docker.tasksOf('test')[0].spec.image).toBe(REFERENCE);
  });

  it('keep a stage waiting, with the reason, that cannot be placed where they are', async () => {
    const docker = builderOf(() => ({
      type: 'image',
      image: { id: ID, executor: 'docker', node: 'docker-9' },
    }));
    const { get, drive } = await start([docker]);
    const waits = async () => (await get()).stages[1]?.waitingFor;
    await drive(
      async () => (await waits())?.code === 'placement.imageElsewhere',
    );
    expect((await waits())?.text).toContain('only on docker-9');
  });

  it('are passed over by executors that run none', async () => {
    const docker = builderOf(() => ({
      type: 'image',
      image: { id: ID, executor: 'docker', node: 'docker-1' },
    }));
    const process = new FakeExecutor();
    const [packaging] = STAGES;
    const test =
      'test: { needs: [package], image: { stage: package }, executor: process, run: test }';
    const { end } = await start([process, docker], [packaging, test]);
    expect((await end()).status).toBe('succeeded');
    expect(process.tasksOf('test')[0].spec.node).toBe('local');
  });

  it('say why there is none', async () => {
    const why = reason('image.stepFailed', {
      step: 2,
      file: 'Dockerfile',
      line: 4,
      instruction: 'RUN false',
      error: 'x',
    });
    const docker = builderOf(
      () => ({ type: 'failed', reason: why }),
      task => task.exit(1),
    );
    const run = await (await start([docker])).end();
    expect(run.stages).toMatchObject([
      { status: 'failed', reason: { code: 'image.stepFailed' } },
      { status: 'skipped' },
    ]);
  });

  it('are built again where the platform is to blame, as often as the stage allows', async () => {
    const image = { id: ID, executor: 'docker', node: 'docker-1' };
    let codes = [1, 0];
    const docker = builderOf(
      calls =>
        calls === 0
          ? {
              type: 'errored',
              reason: reason('image.registryFailed', {
                registry: 'registry.example',
                error: 'connection refused',
              }),
            }
          : { type: 'image', image },
      task => {
        const [code, ...later] = codes;
        codes = later;
        task.exit(code ?? 0);
      },
    );
    const packaging =
      'package: { imageBuild: { dockerfile: Dockerfile }, retry: { platform: 1 } }';
    const run = await (await start([docker], [packaging, STAGES[1]])).end();
    expect(run).toMatchObject({
      status: 'succeeded',
      stages: [
        {
          attempts: [
            { status: 'errored', reason: { code: 'image.registryFailed' } },
            { status: 'succeeded', builtImage: image },
          ],
        },
        {},
      ],
    });
  });

  it('are asked for until the executor answers', async () => {
    const docker = builderOf(calls => {
      if (calls < 2) {
        throw new Error('the engine is away');
      }
      return {
        type: 'image',
        image: { id: ID, executor: 'docker', node: 'docker-1' },
      };
    });
    const run = await (await start([docker])).end();
    expect(run.status).toBe('succeeded');
    expect(docker.tasksOf('package')).toHaveLength(1);
  });
});
