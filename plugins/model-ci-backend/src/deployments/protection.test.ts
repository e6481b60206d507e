import { createTestDatabases } from '../database/testDatabase';
import type { Actor } from './protection';
import { actorOf, ALICE, Fixture, PIPELINE } from './testing/createFixture';

const databases = createTestDatabases();
const RELEASE: Actor = {
  ref: 'user:default/rita',
  entityRefs: async () => ['user:default/rita', 'group:default/release'],
};

describe.each(databases.ids)('a protected environment on %s', databaseId => {
  let fixture: Fixture;

  beforeEach(async () => {
    fixture = new Fixture(await databases.init(databaseId));
    await fixture.registerVersion(1);
    await fixture.registerVersion(2);
  });

  afterEach(() => fixture.close());

  const protectedBy = (protection: Record<string, string[]>) =>
    fixture.replica({
      environments: [{ name: 'staging', executor: 'process', protection }],
    });
  const by = (actor: Actor, version = 1) => ({
    pipelineRef: PIPELINE,
    version,
    environment: 'staging',
    trigger: 'manual' as const,
    by: actor,
  });

  it('lets its deployers deploy, roll back and stop, and nobody else', async () => {
    const replica = protectedBy({ deployers: ['Group:default/Release'] });
    const { service } = replica;
    await expect(service.deploy(by(actorOf(ALICE)))).rejects.toMatchObject({
      name: 'NotAllowedError',
      message: `${ALICE} may not deploy to staging: its protection in modelCi.environments lets Group:default/Release deploy; ask one of them`,
    });
    const first = await service.deploy(by(RELEASE));
    await fixture.settle(replica);
    const { id: serving } = await service.deploy(by(RELEASE, 2));
    await fixture.settle(replica);

    await expect(
      service.rollback(first.id, { by: actorOf(ALICE) }),
    ).rejects.toThrow('may not deploy to staging');
    await expect(service.stop(serving, actorOf(ALICE))).rejects.toThrow(
      'may not deploy to staging',
    );
    expect(await service.stop(serving, RELEASE)).toMatchObject({
      status: 'stopped',
    });
    await service.rollback(first.id, { by: RELEASE });
  });

  it('takes versions of some branches', async () => {
    await fixture.db('runs').where('number', 2).update('branch', 'release/1.0');
    const { service } = protectedBy({ branches: ['release/*'] });
    await expect(service.deploy(by(RELEASE))).rejects.toThrow(
      "A version of branch 'main' may not be deployed to staging: its protection in modelCi.environments takes release/*",
    );
    await service.deploy(by(RELEASE, 2));
  });

  it('takes versions of no branch only where any may come', async () => {
    await fixture.db('runs').where('number', 1).update('branch', null);
    await expect(
      protectedBy({ branches: ['**'] }).service.deploy(by(RELEASE)),
    ).rejects.toThrow('A version of no branch may not be deployed');
    await protectedBy({ pipelines: [PIPELINE] }).service.deploy(by(RELEASE));
  });

  it('takes some pipelines', async () => {
    const { service } = protectedBy({
      pipelines: ['modelpipeline:default/other'],
    });
    await expect(service.deploy(by(RELEASE))).rejects.toThrow(
      `${PIPELINE} may not be deployed to staging`,
    );
  });

  it('does not show its protection to everybody', async () => {
    const { service } = protectedBy({ deployers: ['group:default/release'] });
    expect(await service.environments()).toEqual([
      { name: 'staging', title: 'staging', executor: 'process' },
    ]);
  });
});
