import { createTestDatabases } from '../database/testDatabase';
import type { DeploymentRow } from '../database/tables/deployments';
import { Fixture, PIPELINE, ALICE, actorOf } from './testing/createFixture';

const databases = createTestDatabases();
describe.each(databases.ids)('DeploymentLoop on %s', databaseId => {
  let fixture: Fixture;

  beforeEach(async () => {
    fixture = new Fixture(await databases.init(databaseId));
  });

  afterEach(async () => {
    await fixture.close();
  });

  async function row(id: string): Promise<DeploymentRow> {
    const [found] = await fixture
      .db<DeploymentRow>('deployments')
      .where({ id });
    return found;
  }

  it('starts a version with its source and artifacts and gives it the endpoint once it is healthy', async () => {
    const runId = await fixture.registerVersion(1);
    const artifact = { stage: 'train', position: 2, name: 'model' };
    await fixture.addArtifact(runId, {
      ...artifact,
      attempt: 1,
      content: 'model of attempt 1',
    });
    await fixture.addArtifact(runId, {
      ...artifact,
      attempt: 2,
      content: 'model of attempt 2',
    });
    await fixture.addArtifact(runId, {
      stage: 'build',
      position: 1,
      attempt: 1,
      name: 'package',
      content: 'package',
    });
    fixture.host.sick.add(1);
    const replica = fixture.replica();
    const id = await fixture.serve(replica, 1);

    expect(await row(id)).toMatchObject({ status: 'starting', node: 'local' });
    expect(await replica.service.deployed([PIPELINE])).toEqual(
      new Map([[PIPELINE, []]]),
    );
    const service = fixture.host.running(1);
    expect(service.workspace).toEqual([
      'source of 1',
      'package',
      'model of attempt 2',
    ]);
    expect(service.spec).toMatchObject({
      deploymentId: id,
      environment: 'staging',
      script: 'serve --port $PORT',
      env: {
        THREADS: '1',
        MODEL_CI_PIPELINE: PIPELINE,
        MODEL_CI_VERSION: '1',
        MODEL_CI_ENVIRONMENT: 'staging',
        MODEL_CI_DEPLOYMENT_ID: id,
        MODEL_CI_COMMIT: 'c0ffee',
      },
    });

    fixture.host.sick.clear();
    fixture.clock.advance(1);
    await fixture.settle(replica);

    const detail = await replica.service.get(id);
    expect(detail).toMatchObject({
      status: 'serving',
      health: 'healthy',
      restarts: 0,
      endpoint: '/api/model-ci/endpoints/staging/default/house-price',
      log: 'serving version 1\n',
    });
    expect(detail.history).toEqual([
      expect.objectContaining({ to: 'queued', by: ALICE }),
      expect.objectContaining({
        from: 'queued',
        to: 'starting',
        reason: expect.objectContaining({ text: 'On node local' }),
      }),
      expect.objectContaining({ from: 'starting', to: 'serving' }),
    ]);
    expect(fixture.host.orders).toHaveLength(1);
    expect(fixture.signals).toContainEqual({
      type: 'deployment',
      pipelineRef: PIPELINE,
      deploymentId: id,
    });
  });

  it('leaves the old version in place when the new one never becomes healthy, and says why', async () => {
    await fixture.registerVersion(1);
    await fixture.registerVersion(2);
    const replica = fixture.replica();
    const first = await fixture.serve(replica, 1);
    fixture.host.sick.add(2);
    const second = await fixture.serve(replica, 2);

    fixture.clock.advance(59);
    await fixture.settle(replica);
    expect((await row(second)).status).toBe('starting');
    fixture.clock.advance(2);
    await fixture.settle(replica);

    expect(await replica.service.get(second)).toMatchObject({
      status: 'failed',
      reason: expect.objectContaining({
        text: 'The service was not healthy within 1 minute (serving.startupTimeout): GET /healthz answered 503',
      }),
      log: 'serving version 2\n',
    });
    expect((await row(first)).status).toBe('serving');
    expect(await replica.loop.cleanServices()).toBe(1);
    expect(fixture.host.runningVersions()).toEqual([1]);
    expect(replica.loop.heldDeployments()).toEqual([first]);
  });

  it('fails a version that exits before it is healthy, with the end of its log', async () => {
    await fixture.registerVersion(1);
    fixture.host.sick.add(1);
    const replica = fixture.replica();
    const id = await fixture.serve(replica, 1);
    await fixture.host.crash(1, 3);
    fixture.clock.advance(1);
    await fixture.settle(replica);
    await replica.loop.cleanServices();

    expect(await replica.service.get(id)).toMatchObject({
      status: 'failed',
      reason: expect.objectContaining({
        text: 'The service exited with code 3 before it was healthy',
      }),
      log: 'serving version 1\ncrashed with 3\ufffd\n',
    });
  });

  it('fails at once what the executor refuses, in its words', async () => {
    await fixture.registerVersion(1);
    fixture.host.refused.set(1, "There is no image 'x'; pull it");
    const replica = fixture.replica();
    const id = await fixture.serve(replica, 1);
    expect(await replica.service.get(id)).toMatchObject({
      status: 'failed',
      reason: expect.objectContaining({
        text: "There is no image 'x'; pull it",
      }),
    });
    expect(await replica.loop.cleanServices()).toBe(0);
  });

  it('waits, and says for what, while the machine cannot be reached', async () => {
    await fixture.registerVersion(1);
    fixture.host.cutOff = true;
    const replica = fixture.replica();
    const id = await fixture.serve(replica, 1);
    expect(await row(id)).toMatchObject({
      status: 'starting',
      reason: expect.stringContaining('The machine cannot be reached'),
    });
    fixture.host.cutOff = false;
    fixture.clock.advance(3);
    await fixture.settle(replica);
    expect(await row(id)).toMatchObject({ status: 'serving', reason: null });
    expect(new Set(fixture.host.orders.map(o => o.serviceId)).size).toBe(1);
  });

  it('finds a running service again after a restart of the backend, without starting it twice', async () => {
    await fixture.registerVersion(1);
    const before = fixture.replica();
    const id = await fixture.serve(before, 1);
    const { url } = fixture.host.running(1);
    await before.loop.stop();
    expect(await row(id)).toMatchObject({
      status: 'serving',
      lease_expires_at: '1970-01-01T00:00:00.000Z',
    });

    const after = fixture.replica();
    await fixture.settle(after);
    expect(after.loop.heldDeployments()).toEqual([id]);
    expect(await row(id)).toMatchObject({ status: 'serving', url });
    expect(fixture.host.orders).toHaveLength(1);
  });

  it('goes on with a start whose replica was killed before it could keep the handle', async () => {
    await fixture.registerVersion(1);
    const killed = fixture.replica();
    await killed.service.deploy({
      pipelineRef: PIPELINE,
      version: 1,
      environment: 'staging',
      trigger: 'manual',
      by: actorOf(ALICE),
    });
    const started = new Promise<void>(resolve => {
      fixture.host.onStarted = () => {
        resolve();
        return new Promise(() => {});
      };
    });
    await killed.loop.claimDeployments();
    await killed.loop.advanceDeployments();
    void killed.loop.advanceDeployments();
    await started;
    fixture.host.onStarted = async () => {};

    const other = fixture.replica();
    await fixture.settle(other);
    expect(other.loop.heldDeployments()).toEqual([]);
    fixture.clock.advance(31);
    await fixture.settle(other);
    expect((await other.service.list({ limit: 1 })).items).toEqual([
      expect.objectContaining({ status: 'serving', version: 1 }),
    ]);
    expect(fixture.host.services.size).toBe(1);
    expect(fixture.host.orders.map(o => o.serviceId)).toEqual(
      Array(2).fill(fixture.host.running(1).spec.serviceId),
    );
  });

  it('lets go of a deployment whose lease another replica took', async () => {
    await fixture.registerVersion(1);
    const slow = fixture.replica();
    const id = await fixture.serve(slow, 1);
    fixture.clock.advance(31);
    const quick = fixture.replica();
    await fixture.settle(quick);
    expect(quick.loop.heldDeployments()).toEqual([id]);

    await fixture.host.crash(1, 1);
    fixture.clock.advance(10);
    await slow.loop.advanceDeployments();
    expect(slow.loop.heldDeployments()).toEqual([]);
    expect((await row(id)).health).toBe('healthy');
    await fixture.settle(quick);
    expect((await row(id)).health).toBe('restarting');
  });

  it('gives no endpoint to a deployment that was stopped at the last moment', async () => {
    await fixture.registerVersion(1);
    await fixture.registerVersion(2);
    const replica = fixture.replica();
    const first = await fixture.serve(replica, 1);
    fixture.host.onInspect = async () => {
      fixture.host.onInspect = async () => {};
      const [{ id }] = (await replica.service.list({ limit: 1 })).items;
      await replica.service.stop(id, actorOf(ALICE));
    };
    fixture.clock.advance(1);
    const second = await fixture.serve(replica, 2);
    expect((await row(second)).status).toBe('stopped');
    expect((await row(first)).status).toBe('serving');
    expect(
      (await replica.service.deployed([PIPELINE])).get(PIPELINE),
    ).toMatchObject([{ deploymentId: first }]);
    expect(replica.loop.heldDeployments()).toEqual([first]);
  });

  it('keeps leases alive by renewing them and drops the ones that were lost', async () => {
    await fixture.registerVersion(1);
    const [a, b] = [fixture.replica(), fixture.replica()];
    const id = await fixture.serve(a, 1);
    fixture.clock.advance(20);
    await a.loop.renewLeases();
    fixture.clock.advance(20);
    expect(await b.loop.claimDeployments()).toBe(0);
    fixture.clock.advance(20);
    expect(await b.loop.claimDeployments()).toBe(1);
    await a.loop.renewLeases();
    expect(a.loop.heldDeployments()).toEqual([]);
    expect(b.loop.heldDeployments()).toEqual([id]);
  });

  it('gives a deployment to one of several replicas that claim at once', async () => {
    await fixture.registerVersion(1);
    const replicas = Array.from({ length: 4 }, () => fixture.replica());
    await replicas[0].service.deploy({
      pipelineRef: PIPELINE,
      version: 1,
      environment: 'staging',
      trigger: 'manual',
      by: actorOf(ALICE),
    });
    const claimed = await Promise.all(
      replicas.map(({ loop }) => loop.claimDeployments()),
    );
    expect(claimed.reduce((sum, count) => sum + count)).toBe(1);
  });

  it('waits for room on a node and says how much is missing', async () => {
    await fixture.registerVersion(1, { serving: { resources: { cpus: 3 } } });
    await fixture.registerVersion(2, { serving: { resources: { cpus: 3 } } });
    const replica = fixture.replica();
    await fixture.serve(replica, 1, 'staging');
    const waiting = await fixture.serve(replica, 2, 'production');
    expect(await row(waiting)).toMatchObject({
      status: 'queued',
      reason: expect.stringContaining(
        'local has too little free: 3 CPUs needed, 1 free',
      ),
    });
    const [serving] = (
      await replica.service.list({ environment: 'staging', limit: 1 })
    ).items;
    await replica.service.stop(serving.id, actorOf(ALICE));
    fixture.clock.advance(4);
    await replica.loop.cleanServices();
    await fixture.settle(replica);
    expect(await row(waiting)).toMatchObject({ status: 'serving' });
  });

  it('does all of it by itself once started', async () => {
    await fixture.registerVersion(1);
    const { service, loop } = fixture.replica();
    await loop.start();
    const serving = new Promise<void>(resolve => {
      const { push } = fixture.signals;
      fixture.signals.push = signal => {
        const length = push.call(fixture.signals, signal);
        void service
          .deployed([PIPELINE])
          .then(deployed => deployed.get(PIPELINE)?.length && resolve());
        return length;
      };
    });
    await service.deploy({
      pipelineRef: PIPELINE,
      version: 1,
      environment: 'staging',
      trigger: 'manual',
      by: actorOf(ALICE),
    });
    await serving;
    await loop.stop();
    expect(fixture.host.runningVersions()).toEqual([1]);
  });
});
