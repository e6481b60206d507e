import type { BuiltImage } from '@model-ci/backstage-plugin-model-ci-common';
import { createTestDatabases } from '../database/testDatabase';
import { ALICE, Fixture, PIPELINE, actorOf } from './testing/createFixture';
import { fakeExecutor } from './testing/FakeServiceHost';

const databases = createTestDatabases();

function imageOf(digit: string, node?: string): BuiltImage {
  const id = `sha256:${digit.repeat(64)}`;
  return node === undefined
    ? { id, reference: `registry.example/a@${id}`, executor: 'docker' }
    : { id, executor: 'docker', node };
}

describe.each(databases.ids)('Services of built images on %s', databaseId => {
  let fixture: Fixture;

  beforeEach(async () => {
    fixture = new Fixture(await databases.init(databaseId));
  });

  afterEach(() => fixture.close());

  async function registerBuilt(version: number, image: BuiltImage) {
    const runId = await fixture.registerVersion(version, {
      serving: { imageFrom: 'package' },
    });
    await fixture.addArtifact(runId, {
      ...{ stage: 'package', position: 0, attempt: 1 },
      ...{ name: 'a', content: 'a' },
    });
    await fixture
      .db('attempts')
      .where({ run_id: runId })
      .update({ built_image: JSON.stringify(image) });
  }

  const replicaOf = (executor: string, needsImage: boolean) =>
    fixture.replica({
      executors: [
        [
          executor,
          { ...fakeExecutor(fixture.host), name: executor, needsImage },
        ],
      ],
      environments: [{ name: 'staging', executor }],
    });

  it('run by the digest of their version, after a rollback as well', async () => {
    const replica = replicaOf('docker', true);
    await registerBuilt(1, imageOf('1', 'local'));
    await registerBuilt(2, imageOf('2'));
    const first = await fixture.serve(replica, 1);
    await fixture.serve(replica, 2);
    const { id } = await replica.service.rollback(first, {
      by: actorOf(ALICE),
    });
    await fixture.settle(replica);
    expect(fixture.host.orders.every(order => order.imageIsBuilt)).toBe(true);
    expect(fixture.host.orders.map(({ image }) => image)).toEqual([
      imageOf('1').id,
      imageOf('2').reference,
      imageOf('1').id,
    ]);
    expect(await replica.service.get(id)).toMatchObject({
      status: 'serving',
      image: imageOf('1', 'local'),
    });
  });

  it('wait, with the reason, where the image is on a node that the environment does not have', async () => {
    const replica = replicaOf('docker', true);
    await registerBuilt(1, imageOf('1', 'elsewhere'));
    const id = await fixture.serve(replica, 1);
    expect(await replica.service.get(id)).toMatchObject({
      status: 'queued',
      reason: { code: 'placement.imageElsewhere' },
    });
  });

  it('are served from their source where the executor runs no images', async () => {
    const replica = replicaOf('process', false);
    await registerBuilt(1, imageOf('1', 'elsewhere'));
    const id = await fixture.serve(replica, 1);
    expect(await replica.service.get(id)).toMatchObject({ status: 'serving' });
  });

  it('are not deployed where the run has built none', async () => {
    const replica = replicaOf('docker', true);
    await fixture.registerVersion(1, { serving: { imageFrom: 'package' } });
    await expect(
      replica.service.deploy({
        pipelineRef: PIPELINE,
        version: 1,
        environment: 'staging',
        trigger: 'manual',
        by: actorOf(ALICE),
      }),
    ).rejects.toThrow('Stage package has built no image');
  });
});
