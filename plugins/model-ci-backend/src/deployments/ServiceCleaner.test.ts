import { createTestDatabases } from '../database/testDatabase';
import type { DeploymentRow } from '../database/tables/deployments';
import { Fixture, PIPELINE, ALICE, actorOf } from './testing/createFixture';

const databases = createTestDatabases();
describe.each(databases.ids)('ServiceCleaner on %s', databaseId => {
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

  it('supersedes the old version first and stops its service only after the requests to it had time', async () => {
    await fixture.registerVersion(1);
    await fixture.registerVersion(2);
    const replica = fixture.replica();
    const first = await fixture.serve(replica, 1);
    const second = await fixture.serve(replica, 2);

    expect(await row(first)).toMatchObject({
      status: 'superseded',
      reason: expect.stringContaining('Version 2 took over'),
      ticket: null,
    });
    expect((await row(second)).status).toBe('serving');
    expect(await replica.loop.cleanServices()).toBe(0);
    expect(fixture.host.runningVersions()).toEqual([1, 2]);
    fixture.clock.advance(4);
    expect(await replica.loop.cleanServices()).toBe(1);
    expect(fixture.host.runningVersions()).toEqual([2]);
    expect(await replica.loop.cleanServices()).toBe(0);
    expect((await replica.service.get(first)).log).toBe('serving version 1\n');
  });

  it('removes a service whose deployment was stopped while it started', async () => {
    await fixture.registerVersion(1);
    const replica = fixture.replica();
    const { id } = await replica.service.deploy({
      pipelineRef: PIPELINE,
      version: 1,
      environment: 'staging',
      trigger: 'manual',
      by: actorOf(ALICE),
    });
    fixture.host.onStarted = async () => {
      await replica.service.stop(id, actorOf(ALICE));
    };
    await fixture.settle(replica);
    expect(await row(id)).toMatchObject({ status: 'stopped' });
    expect(replica.loop.heldDeployments()).toEqual([]);
    expect(await replica.loop.cleanServices()).toBe(1);
    expect(fixture.host.services.size).toBe(0);
  });

  it('finds and removes a service whose starter was killed and whose deployment was stopped', async () => {
    await fixture.registerVersion(1);
    const killed = fixture.replica();
    const { id } = await killed.service.deploy({
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
    await other.service.stop(id, actorOf(ALICE));
    expect(await other.loop.cleanServices()).toBe(0);
    fixture.clock.advance(61);
    expect(await other.loop.cleanServices()).toBe(1);
    expect(fixture.host.services.size).toBe(0);
    expect((await row(id)).stop_handle_done_at).not.toBeNull();
  });

  it('has removed what a start left that never went well, and starts it no more', async () => {
    await fixture.registerVersion(1);
    const replica = fixture.replica();
    const withdrawn: string[] = [];
    fixture.host.withdraw = async ({ serviceId, node }) => {
      withdrawn.push(`${serviceId} ${node}`);
      if (withdrawn.length === 1) {
        throw new Error('The machine cannot be reached');
      }
    };
    fixture.host.onStarted = async () => {
      throw new Error('exceeded quota');
    };
    const { id } = await replica.service.deploy({
      pipelineRef: PIPELINE,
      version: 1,
      environment: 'staging',
      trigger: 'manual',
      by: actorOf(ALICE),
    });
    await fixture.settle(replica);
    await replica.service.stop(id, actorOf(ALICE));
    const orders = fixture.host.orders.length;
    for (const stopped of [0, 1]) {
      fixture.clock.advance(61);
      expect(await replica.loop.cleanServices()).toBe(stopped);
    }
    const { service_id, node } = await row(id);
    expect(withdrawn).toEqual(Array(2).fill(`${service_id} ${node}`));
    expect(fixture.host.orders).toHaveLength(orders);
  });
});
