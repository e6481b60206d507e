import { execFileSync } from 'node:child_process';
import type {
  Deployment,
  Run,
  VersionLineage,
} from '@model-ci/backstage-plugin-model-ci-common';
import { describeWith, missingDocker } from './engines';
import { Portal, until, User } from './portal';

jest.setTimeout(600_000);

const MODEL = 'packaged-price';
const PIPELINE = `/api/model-ci/pipelines/default/${MODEL}`;
const ENDED = ['succeeded', 'failed', 'errored', 'cancelled'];

async function createProject(guest: User): Promise<void> {
  await guest.post('/api/scaffolder/v2/tasks', {
    templateRef: 'template:default/linear-regression-model',
    values: {
      name: MODEL,
      owner: 'group:default/ml',
      host: 'portal',
      description: 'Predicts from within an image',
      packaging: 'image',
    },
  });
}

async function firstRun(guest: User): Promise<Run> {
  return await until(
    'the first run to end',
    async () => {
      const { items } = await guest.get<{ items: Run[] }>(
        `/api/model-ci/runs?pipeline=modelpipeline:default/${MODEL}`,
      );
      const [run] = items;
      return run && ENDED.includes(run.status)
        ? await guest.get<Run>(`/api/model-ci/runs/${run.id}`)
        : undefined;
    },
    { seconds: 300 },
  );
}

async function deploy(guest: User): Promise<Deployment> {
  const { id } = await guest.post<Deployment>(`${PIPELINE}/deployments`, {
    version: 1,
    environment: 'docker',
  });
  return await until(
    'the version to serve',
    async () => {
      const deployment = await guest.get<Deployment>(
        `/api/model-ci/deployments/${id}`,
      );
      return deployment.status === 'serving' ? deployment : undefined;
    },
    { seconds: 120 },
  );
}

describeWith(missingDocker('python:3.11'))('A model as an image', () => {
  let portal: Portal;
  let image: string | undefined;

  beforeAll(async () => {
    portal = await Portal.create();
    await portal.start();
  });

  afterAll(async () => {
    await portal?.stop();
    await portal?.remove();
    if (image !== undefined) {
      execFileSync('docker', ['image', 'rm', '--force', image]);
    }
  });

  it('goes from the template through its own tests inside the image to predictions', async () => {
    const guest = await User.guest(portal);
    await createProject(guest);
    const run = await firstRun(guest);
    const stage = (name: string) =>
      run.stages.find(other => other.name === name);
    const built = stage('package')?.attempts[0].builtImage;
    image = built?.id;
    expect({ status: run.status, reason: run.reason }).toEqual({
      status: 'succeeded',
    });
    expect(built).toEqual({
      id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      executor: 'docker',
      node: 'docker-local',
    });
    expect(stage('test-image')?.attempts[0]).toMatchObject({
      executor: 'docker',
      image: { id: image },
    });

    const lineage = await guest.get<VersionLineage>(
      `${PIPELINE}/versions/1/lineage`,
    );
    expect(
      lineage.stages.find(({ name }) => name === 'package')?.builtImage,
    ).toEqual(built);

    const deployment = await deploy(guest);
    expect(deployment.image).toEqual(built);
    const { prediction } = await guest.post<{ prediction: number }>(
      `${deployment.endpoint}/predict`,
      { size: 120 },
    );
    expect(prediction).toBeGreaterThan(380);
    expect(prediction).toBeLessThan(460);
    await guest.post(`/api/model-ci/deployments/${deployment.id}/stop`, {});
    await until(
      'the service to be gone',
      async () =>
        execFileSync('docker', [
          'ps',
          '--quiet',
          '--filter',
          `label=model-ci.dev/deployment=${deployment.id}`,
        ]).length === 0 || undefined,
      { seconds: 60 },
    );
  });
});
