import { createTestDatabases } from '../database/testDatabase';
import type { DeploymentRow } from '../database/tables/deployments';
import type { ServiceExecutor } from './context';
import { fakeExecutor } from './testing/FakeServiceHost';
import { Fixture, PIPELINE, ALICE, actorOf } from './testing/createFixture';

const databases = createTestDatabases();
const BOB = 'user:default/bob';

describe.each(databases.ids)('DeploymentService on %s', databaseId => {
  let fixture: Fixture;

  beforeEach(async () => {
    fixture = new Fixture(await databases.init(databaseId));
  });

  afterEach(async () => {
    await fixture.close();
  });

  function request(version: number, environment = 'staging') {
    return {
      pipelineRef: PIPELINE,
      version,
      environment,
      trigger: 'manual' as const,
      by: actorOf(ALICE),
    };
  }

  it('refuses what cannot be deployed and says what to do', async () => {
    await fixture.registerVersion(1);
    await fixture.registerVersion(2, { serving: null });
    await fixture.registerVersion(3, { deploy: { path: ['staging'] } });
    const { service } = fixture.replica();

    await expect(service.deploy(request(9))).rejects.toThrow(
      'modelpipeline:default/house-price has no version 9',
    );
    await expect(service.deploy(request(2))).rejects.toThrow(
      "model-pipeline.yaml at its commit has no 'serving'",
    );
    await expect(service.deploy(request(1, 'moon'))).rejects.toThrow(
      "Invalid body: 'environment': must be one of app-config's: staging, production",
    );
    await expect(service.deploy(request(3, 'production'))).rejects.toThrow(
      'may go to staging and not to production',
    );
    expect((await service.list({ limit: 10 })).items).toEqual([]);
  });

  it('refuses an environment whose executor is not installed, or needs an image that is missing', async () => {
    await fixture.registerVersion(1);
    const environments = [{ name: 'staging', executor: 'docker' }];
    await expect(
      fixture.replica({ environments }).service.deploy(request(1)),
    ).rejects.toThrow(
      "Executor 'docker' is not installed or cannot run services",
    );
    const executors: Array<[string, ServiceExecutor]> = [
      [
        'docker',
        { ...fakeExecutor(fixture.host), name: 'docker', needsImage: true },
      ],
    ];
    await expect(
      fixture.replica({ environments, executors }).service.deploy(request(1)),
    ).rejects.toThrow('serving.image is missing');
  });

  it('says with a deployment what callers of its version send', async () => {
    const example = { messages: [{ role: 'user', content: 'Hi' }] };
    await fixture.registerVersion(1, { serving: { api: 'openai', example } });
    await fixture.registerVersion(2);
    const { service } = fixture.replica();
    const chat = await service.deploy(request(1));
    expect(await service.get(chat.id)).toMatchObject({
      serving: { api: 'openai', example },
    });
    const plain = await service.deploy(request(2));
    expect((await service.get(plain.id)).serving).toEqual({});
    await fixture.db('runs').update({ definition: '{"stages":' });
    expect(await service.get(plain.id)).toMatchObject({
      id: plain.id,
      serving: {},
    });
  });

  it('refuses a version that is on its way there already', async () => {
    await fixture.registerVersion(1);
    const { service } = fixture.replica();
    const { id } = await service.deploy(request(1));
    await expect(service.deploy(request(1))).rejects.toMatchObject({
      name: 'ConflictError',
      message: expect.stringContaining(
        `Version 1 is already 'queued' in staging (deployment ${id})`,
      ),
    });
    await service.deploy(request(1, 'production'));
  });

  it('stops an older deployment that does not serve yet in favour of a newer one', async () => {
    await fixture.registerVersion(1);
    await fixture.registerVersion(2);
    const { service } = fixture.replica();
    const older = await service.deploy(request(1));
    const newer = await service.deploy({ ...request(2), by: actorOf(BOB) });
    expect(await service.get(older.id)).toMatchObject({
      status: 'stopped',
      reason: expect.objectContaining({
        text: 'Replaced by a newer deployment, of version 2',
      }),
      history: [{ to: 'queued' }, { from: 'queued', to: 'stopped', by: BOB }],
    });
    expect((await service.get(newer.id)).status).toBe('queued');
  });

  it('lets one of many requests at once win, and the others lose in order', async () => {
    for (let version = 1; version <= 4; version++) {
      await fixture.registerVersion(version);
    }
    const { service } = fixture.replica();
    await Promise.all([1, 2, 3, 4].map(v => service.deploy(request(v))));
    const { items } = await service.list({ limit: 10 });
    expect(items.map(({ status }) => status).sort()).toEqual([
      'queued',
      'stopped',
      'stopped',
      'stopped',
    ]);
  });

  it('rolls back to an earlier deployment by a new one of its version', async () => {
    await fixture.registerVersion(1);
    await fixture.registerVersion(2);
    const replica = fixture.replica();
    const first = await fixture.serve(replica, 1);
    const second = await fixture.serve(replica, 2);
    fixture.clock.advance(1);
    const back = await replica.service.rollback(first, {
      by: actorOf(BOB),
      comment: 'too warm',
    });
    expect(back).toMatchObject({
      version: 1,
      environment: 'staging',
      trigger: 'rollback',
      rollbackOf: first,
      createdBy: BOB,
      comment: 'too warm',
      status: 'queued',
    });
    await fixture.settle(replica);
    expect((await replica.service.get(back.id)).status).toBe('serving');
    expect((await replica.service.get(second)).status).toBe('superseded');
    expect(await replica.service.deployed([PIPELINE])).toEqual(
      new Map([
        [
          PIPELINE,
          [
            {
              environment: 'staging',
              version: 1,
              deploymentId: back.id,
              health: 'healthy',
            },
          ],
        ],
      ]),
    );
  });

  it('rolls back to nothing that serves already or never did', async () => {
    await fixture.registerVersion(1);
    await fixture.registerVersion(2);
    const replica = fixture.replica();
    const serving = await fixture.serve(replica, 1);
    fixture.host.refused.set(2, 'no');
    const failed = await fixture.serve(replica, 2);
    await expect(
      replica.service.rollback(serving, { by: actorOf(ALICE) }),
    ).rejects.toThrow("is 'serving' already");
    await expect(
      replica.service.rollback(failed, { by: actorOf(ALICE) }),
    ).rejects.toThrow("is 'failed' and never served");
    await expect(
      replica.service.rollback('none', { by: actorOf(ALICE) }),
    ).rejects.toThrow('There is no deployment none');
  });

  it('takes a deployment out of service and stops it', async () => {
    await fixture.registerVersion(1);
    const replica = fixture.replica();
    const id = await fixture.serve(replica, 1);
    expect(await replica.service.stop(id, actorOf(BOB))).toMatchObject({
      status: 'stopped',
      health: 'unknown',
    });
    expect(await fixture.db('endpoints')).toEqual([]);
    fixture.clock.advance(4);
    await replica.loop.cleanServices();
    expect(fixture.host.runningVersions()).toEqual([]);
    await expect(replica.service.stop(id, actorOf(BOB))).rejects.toThrow(
      `Deployment ${id} is 'stopped'; only a 'queued', 'starting' or 'serving' one can be stopped`,
    );
  });

  it('lists by pages, newest first, also where times are equal', async () => {
    for (let version = 1; version <= 5; version++) {
      await fixture.registerVersion(version);
    }
    const { service } = fixture.replica();
    for (let version = 1; version <= 5; version++) {
      await service.deploy(request(version));
      if (version % 2 === 0) {
        fixture.clock.advance(1);
      }
    }
    const seen: string[] = [];
    const versions: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await service.list({ limit: 2, cursor });
      seen.push(...page.items.map(({ id }) => id));
      versions.push(...page.items.map(({ version }) => version));
      cursor = page.nextCursor;
    } while (cursor);
    expect(new Set(seen).size).toBe(5);
    expect(versions[0]).toBe(5);
    expect(versions.slice(1, 3).sort()).toEqual([3, 4]);
    await expect(service.list({ limit: 2, cursor: 'x' })).rejects.toThrow(
      'must be the nextCursor of an earlier page',
    );
  });

  it('filters by pipeline, owner and environment', async () => {
    await fixture.registerVersion(1);
    await fixture.registerVersion(1, {
      pipelineRef: 'modelpipeline:default/b',
    });
    await fixture.db('pipelines').insert({
      ref: 'modelpipeline:default/b',
      title: 'B',
      type: 'training',
      lifecycle: 'production',
      owner_ref: 'group:default/b',
      model_ref: 'component:default/b',
      synced_at: '2026-01-01T00:00:00.000Z',
    });
    const { service } = fixture.replica();
    const a = await service.deploy(request(1));
    const b = await service.deploy({
      ...request(1, 'production'),
      pipelineRef: 'modelpipeline:default/b',
    });
    const ids = async (query: Partial<Parameters<typeof service.list>[0]>) =>
      (await service.list({ limit: 9, ...query })).items.map(({ id }) => id);
    expect(await ids({ pipelineRefs: [PIPELINE] })).toEqual([a.id]);
    expect(await ids({ ownerRefs: ['group:default/b'] })).toEqual([b.id]);
    expect(await ids({ environment: 'production' })).toEqual([b.id]);
    expect(await ids({ pipelineRefs: [] })).toEqual([]);
    expect((await service.environments()).map(({ name }) => name)).toEqual([
      'staging',
      'production',
    ]);
  });

  it('offers an optional environment only while its executor has a node for it', async () => {
    const optional = (name: string, node?: string) => ({
      name,
      title: name,
      executor: 'process' as const,
      node,
      optional: true,
    });
    const { service } = fixture.replica({
      environments: [
        optional('there', 'local'),
        optional('any'),
        optional('gone', 'no-such-node'),
        { ...optional('not-installed'), executor: 'docker' },
      ],
    });
    expect(await service.environments()).toEqual([
      { name: 'there', title: 'there', executor: 'process', node: 'local' },
      { name: 'any', title: 'any', executor: 'process' },
    ]);
  });

  it('needs the same few queries for many deployments as for few', async () => {
    for (let version = 1; version <= 12; version++) {
      await fixture.registerVersion(version);
    }
    const { service } = fixture.replica();
    const counted = async (work: () => Promise<unknown>) => {
      let queries = 0;
      const count = () => queries++;
      fixture.db.on('query', count);
      await work();
      fixture.db.removeListener('query', count);
      return queries;
    };
    for (let version = 1; version <= 12; version++) {
      await service.deploy(request(version));
    }
    expect(await counted(() => service.list({ limit: 2 }))).toBe(1);
    expect(await counted(() => service.list({ limit: 12 }))).toBe(1);
    expect(
      await counted(() =>
        service.deployed(
          Array.from({ length: 50 }, (_, i) => `modelpipeline:default/p${i}`),
        ),
      ),
    ).toBe(1);
  });

  it('answers the kept log when the machine cannot be asked', async () => {
    await fixture.registerVersion(1);
    const replica = fixture.replica();
    const id = await fixture.serve(replica, 1);
    await fixture.host.crash(1, 1);
    fixture.clock.advance(10);
    await fixture.settle(replica);
    fixture.host.cutOff = true;
    expect(await replica.service.get(id)).toMatchObject({
      health: 'restarting',
      nextRestartAt: expect.any(String),
      log: 'serving version 1\ncrashed with 1\ufffd\n',
    });
  });

  it('is guarded by the database: an ended deployment has an end and no claim', async () => {
    await fixture.registerVersion(1);
    const { service } = fixture.replica();
    const { id } = await service.deploy(request(1));
    const deployment = fixture.db<DeploymentRow>('deployments').where({ id });
    await expect(
      deployment.clone().update({ status: 'failed' }),
    ).rejects.toThrow(/deployments_finished/);
    await expect(
      deployment.clone().update({ status: 'starting' }),
    ).rejects.toThrow(/deployments_placed/);
    await expect(deployment.clone().update({ ticket: 'x' })).rejects.toThrow(
      /deployments_leased/,
    );
  });
});
