import type { NodeInfo } from '@model-ci/backstage-plugin-model-ci-node';
import { createTestDatabases } from '../database/testDatabase';
import { cordonNode } from '../database/operations/nodes/cordonNode';
import { recordSightings } from '../database/operations/nodes/recordSightings';
import type { Deployments } from './createDeployments';
import { actorOf, ALICE, Fixture, PIPELINE } from './testing/createFixture';
import { fakeExecutor } from './testing/FakeServiceHost';

const databases = createTestDatabases();
const OPS = 'user:default/ops';

function machine(name: string, health: NodeInfo['health'] = 'healthy') {
  return {
    name,
    labels: {},
    capacity: { cpus: 4, memoryBytes: 2 ** 33, gpus: 0 },
    health,
  };
}

describe.each(databases.ids)('Moving deployments on %s', databaseId => {
  let fixture: Fixture;
  let machines: NodeInfo[];
  let replica: Deployments;

  beforeEach(async () => {
    fixture = new Fixture(await databases.init(databaseId));
    machines = [machine('local')];
    await fixture.registerVersion(1);
    const executor = {
      ...fakeExecutor(fixture.host),
      inventory: async () => machines,
    };
    replica = fixture.replica({ executors: [['process', executor]] });
  });

  afterEach(() => fixture.close());

  const at = () => new Date(fixture.clock.now()).toISOString();

  async function see() {
    const nodes = machines.map(node => ({ ...node, executor: 'process' }));
    await recordSightings(fixture.db, { nodes, at: at() });
  }

  async function drain(name = 'local') {
    await see();
    const order = { by: OPS, reason: 'new disk', drain: {} };
    await cordonNode(fixture.db, { name, ...order, at: at() });
  }

  const deployments = async () =>
    (await replica.service.list({ limit: 10 })).items;

  it('takes over on another node, and then stops the old one', async () => {
    const id = await fixture.serve(replica, 1);
    machines = [machine('local'), machine('other')];
    await drain();
    fixture.clock.advance(1);
    expect(await replica.loop.moveDeployments()).toBe(1);
    expect(await replica.loop.moveDeployments()).toBe(0);
    expect(await replica.service.staying()).toMatchObject([
      { node: 'local', reason: { code: 'node.moves' } },
    ]);
    await fixture.settle(replica);
    const [moved, old] = await deployments();
    expect([moved, old]).toMatchObject([
      { status: 'serving', node: 'other', version: 1, createdBy: OPS },
      { id, status: 'superseded' },
    ]);
    expect((await replica.service.get(moved.id)).history[0]).toMatchObject({
      reason: { code: 'deployment.drained', parameters: { node: 'local' } },
    });
    expect(await replica.service.staying()).toEqual([]);
  });

  it('stays where its environment is bound to the node, and where there is no other, and says so', async () => {
    await fixture.serve(replica, 1, 'production');
    fixture.clock.advance(1);
    await fixture.serve(replica, 1);
    await drain();
    expect(await replica.loop.moveDeployments()).toBe(0);
    expect(await replica.service.staying()).toMatchObject([
      { environment: 'production', reason: { code: 'node.environmentBound' } },
      {
        environment: 'staging',
        reason: { code: 'placement.executorWithoutNode' },
      },
    ]);
  });

  it('is not moved again and again where its replacement fails', async () => {
    await fixture.serve(replica, 1);
    machines = [machine('local'), machine('other')];
    await drain();
    fixture.clock.advance(1);
    await replica.loop.moveDeployments();
    await fixture.db('deployments').where({ status: 'queued' }).update({
      status: 'failed',
      finished_at: at(),
      stop_handle_done_at: at(),
    });
    expect(await replica.loop.moveDeployments()).toBe(0);
    expect(await replica.service.staying()).toMatchObject([
      { reason: { code: 'node.moveFailed' } },
    ]);
  });

  it('moves off a node that nobody has reached for too long', async () => {
    await fixture.serve(replica, 1);
    await see();
    machines = [machine('local', 'unreachable'), machine('other')];
    fixture.clock.advance(29 * 60);
    await see();
    expect(await replica.loop.moveDeployments()).toBe(0);
    fixture.clock.advance(2 * 60);
    fixture.isWatching = false;
    expect(await replica.loop.moveDeployments()).toBe(0);
    expect(await replica.service.staying()).toEqual([]);
    fixture.isWatching = true;
    expect(await replica.loop.moveDeployments()).toBe(1);
    await fixture.settle(replica);
    expect((await deployments())[0]).toMatchObject({
      status: 'serving',
      node: 'other',
      createdBy: ALICE,
    });
  });

  it('places no deployment on a cordoned node', async () => {
    await drain();
    await replica.service.deploy({
      pipelineRef: PIPELINE,
      version: 1,
      environment: 'staging',
      trigger: 'manual',
      by: actorOf(ALICE),
    });
    await fixture.settle(replica);
    expect(await deployments()).toMatchObject([
      { status: 'queued', reason: { code: 'placement.cordoned' } },
    ]);
  });
});
