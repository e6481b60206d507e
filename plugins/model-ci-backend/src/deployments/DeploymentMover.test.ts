import type { NodeInfo } from '@model-ci/backstage-plugin-model-ci-node';
import { createTestDatabases } from '../database/testDatabase';
import { cordonNode } from '../database/operations/nodes/cordonNode';
import { recordSightings } from '../database/operations/nodes/recordSightings';
import type { Deployments } from './createDeployments';
import { actorOf, ALICE, Fixture, PIPELINE } from './testing/createFixture';
import { fakeExecutor } from './testing/FakeServiceHost';

const databases = createTestDatabases();
const OPS = 'user:default/ops';

function room(cpus: number) {
  return { cpus, memoryBytes: 2 ** 33, gpus: 0 };
}

function machine(name: string, health: NodeInfo['health'] = 'healthy') {
  return {
    name,
    labels: {},
    capacity: room(4),
    health,
  };
}

describe.each(databases.ids)('Moving deployments on %s', databaseId => {
  let fixture: Fixture;
  let machines: NodeInfo[];
  let replica: Deployments;
  let listed: number;
  let failure: Error | undefined;

  beforeEach(async () => {
    fixture = new Fixture(await databases.init(databaseId));
    machines = [machine('local')];
    failure = undefined;
    await fixture.registerVersion(1);
    const executor = {
      ...fakeExecutor(fixture.host),
      async inventory() {
        listed++;
        if (failure) {
          throw failure;
        }
        return machines;
      },
    };
    replica = fixture.replica({
      executors: [['process', executor]],
      environments: [
        ...[{ name: 'staging' }, { name: 'canary' }],
        { name: 'production', node: 'local' },
      ].map(environment => ({ ...environment, executor: 'process' })),
    });
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
    expect(await replica.service.kept()).toMatchObject([
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
    expect(await replica.service.kept()).toEqual([]);
  });

  it('stays where its environment is bound to the node, and where there is no other, and says so', async () => {
    await fixture.serve(replica, 1, 'production');
    fixture.clock.advance(1);
    await fixture.serve(replica, 1);
    await drain();
    expect(await replica.loop.moveDeployments()).toBe(0);
    expect(await replica.service.kept()).toMatchObject([
      { environment: 'production', reason: { code: 'node.environmentBound' } },
      {
        environment: 'staging',
        reason: { code: 'placement.executorWithoutNode' },
      },
    ]);
  });

  it('is given no room that one before it takes, and says so', async () => {
    await fixture.serve(replica, 1);
    fixture.clock.advance(1);
    await fixture.serve(replica, 1, 'canary');
    // Room for one of two CPUs, not for both
    machines = [machine('local'), { ...machine('other'), capacity: room(2) }];
    await fixture.db('deployments').update({ cpus: 2 });
    await drain();
    fixture.clock.advance(1);
    expect(await replica.loop.moveDeployments()).toBe(1);
    // Queued, it holds nothing of a node yet
    expect(await replica.loop.moveDeployments()).toBe(0);
    expect(await replica.service.kept()).toMatchObject([
      { reason: { code: 'node.moves' } },
      { reason: { code: 'placement.tooLittleFree' } },
    ]);
  });

  it('looks at all of them, however many cannot move, and once at the nodes', async () => {
    const id = await fixture.serve(replica, 1);
    await drain();
    const [row] = await fixture.db('deployments').where({ id });
    const others = Array.from({ length: 150 }, (_, n) => ({
      ...row,
      id: `a-${n}`,
      environment: `gone-${n}`,
      created_at: '2020-01-01T00:00:00.000Z',
    }));
    await fixture.db.batchInsert('deployments', others, 10);
    machines = [machine('local'), machine('other')];
    listed = 0;
    expect(await replica.loop.moveDeployments()).toBe(1);
    expect(listed).toBe(1);
    expect(await replica.service.kept()).toHaveLength(151);
  });

  it('says why nodes cannot be listed', async () => {
    await fixture.serve(replica, 1);
    await drain();
    failure = new Error('no route to host');
    expect(await replica.loop.moveDeployments()).toBe(0);
    expect(await replica.service.kept()).toMatchObject([
      {
        reason: {
          code: 'placement.unreachable',
          parameters: { message: expect.stringContaining('no route') },
        },
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
    expect(await replica.service.kept()).toMatchObject([
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
    expect(await replica.service.kept()).toEqual([]);
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
