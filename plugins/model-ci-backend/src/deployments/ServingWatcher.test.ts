import { createTestDatabases } from '../database/testDatabase';
import type { DeploymentRow } from '../database/tables/deployments';
import { Fixture } from './testing/createFixture';

const databases = createTestDatabases();
describe.each(databases.ids)('ServingWatcher on %s', databaseId => {
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

  it('restarts after crashes, later each time, and forgives them after a while of health', async () => {
    await fixture.registerVersion(1);
    const replica = fixture.replica();
    const id = await fixture.serve(replica, 1);

    for (const [crash, delay] of [1, 2, 4].entries()) {
      await fixture.host.crash(1, 9);
      fixture.clock.advance(10);
      await fixture.settle(replica);
      const at = fixture.clock.now();
      expect(await row(id)).toMatchObject({
        status: 'serving',
        health: 'restarting',
        reason: expect.stringContaining('The service exited with code 9'),
        restarts: crash,
        next_restart_at: new Date(at + delay * 1000).toISOString(),
        last_log: 'serving version 1\ncrashed with 9\ufffd\n',
      });
      fixture.clock.advance(delay - 0.001);
      await fixture.settle(replica);
      expect(fixture.host.runningVersions()).toEqual([]);
      fixture.clock.advance(0.001);
      await fixture.settle(replica);
      expect(await row(id)).toMatchObject({
        health: 'healthy',
        reason: null,
        restarts: crash + 1,
        next_restart_at: null,
        url: fixture.host.running(1).url,
      });
    }
    // Each start is a new service, and what the crashed ones left was removed.
    expect(new Set(fixture.host.orders.map(o => o.serviceId)).size).toBe(4);
    expect(fixture.host.services.size).toBe(1);

    fixture.clock.advance(301);
    await fixture.settle(replica);
    expect((await row(id)).crashes).toBe(0);
    expect((await row(id)).restarts).toBe(3);
  });

  it('shows a serving version that stops answering as unhealthy, and healthy again after it recovers', async () => {
    await fixture.registerVersion(1);
    const replica = fixture.replica();
    const id = await fixture.serve(replica, 1);
    fixture.host.sick.add(1);
    fixture.clock.advance(10);
    await fixture.settle(replica);
    expect(await row(id)).toMatchObject({
      status: 'serving',
      health: 'unhealthy',
      reason: expect.stringContaining('GET /healthz answered 503'),
    });
    fixture.host.sick.clear();
    fixture.clock.advance(10);
    await fixture.settle(replica);
    expect(await row(id)).toMatchObject({ health: 'healthy', reason: null });
  });

  it('concludes nothing from a machine that cannot be asked', async () => {
    await fixture.registerVersion(1);
    const replica = fixture.replica();
    const id = await fixture.serve(replica, 1);
    fixture.host.cutOff = true;
    for (let minute = 0; minute < 5; minute++) {
      fixture.clock.advance(60);
      await replica.loop.renewLeases();
      await fixture.settle(replica);
    }
    expect(await row(id)).toMatchObject({
      status: 'serving',
      health: 'healthy',
      restarts: 0,
    });
  });

  it('writes nothing of a service whose deployment another replica took during the look at it', async () => {
    await fixture.registerVersion(1);
    const [slow, quick] = [fixture.replica(), fixture.replica()];
    const id = await fixture.serve(slow, 1);
    await fixture.host.crash(1, 1);
    fixture.host.onInspect = async () => {
      fixture.host.onInspect = async () => {};
      fixture.clock.advance(31);
      await quick.loop.claimDeployments();
    };
    fixture.clock.advance(10);
    await slow.loop.advanceDeployments();
    expect((await row(id)).health).toBe('healthy');
    expect(slow.loop.heldDeployments()).toEqual([]);
    await quick.loop.advanceDeployments();
    expect(await row(id)).toMatchObject({ health: 'restarting', crashes: 1 });
    expect((await quick.service.get(id)).history.map(({ to }) => to)).toEqual([
      'queued',
      'starting',
      'serving',
      'serving',
    ]);
  });
});
