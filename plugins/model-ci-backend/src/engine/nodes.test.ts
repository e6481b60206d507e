import type { Run } from '@model-ci/backstage-plugin-model-ci-common';
import { createTestDatabases } from '../database/testDatabase';
import { NodeService } from '../nodes/NodeService';
import {
  createEngines,
  driveUntil,
  pipelineOf,
  type EngineFixture,
} from './testing/createEngines';
import { FakeExecutor, fakeNode } from './testing/FakeExecutor';

const databases = createTestDatabases();
const BY = { by: 'user:default/ops', reason: 'new driver' };
const MINUTE = 60_000;

describe.each(databases.ids)('Nodes on %s', databaseId => {
  async function setUp(...stages: string[]) {
    const db = await databases.init(databaseId);
    let time = Date.parse('2026-03-01T12:00:00.000Z');
    const executor = new FakeExecutor({
      script: () => {},
      nodes: [fakeNode('one', { cpus: 2 }), fakeNode('two', { cpus: 1 })],
    });
    const fixture = createEngines(db, {
      files: pipelineOf(...stages),
      executors: [executor],
      now: () => time,
      config: { leaseDurationMs: 24 * 60 * MINUTE },
    });
    const { engine } = fixture;
    return {
      db,
      executor,
      ...fixture,
      async pass(minutes: number) {
        time += minutes * MINUTE;
        await engine.refreshNodesOnce();
      },
    };
  }

  const attemptsOf = async ({ runs }: EngineFixture, id: string) =>
    (await runs.get(id)).stages[0].attempts;

  async function running(fixture: EngineFixture & { executor: FakeExecutor }) {
    const { engine, executor, start } = fixture;
    const id = await start();
    await driveUntil(engine, () => executor.tasks.size === 1);
    await driveUntil(engine, async () =>
      Boolean((await attemptsOf(fixture, id))[0]?.startedAt),
    );
    return id;
  }

  async function ended(fixture: EngineFixture, id: string): Promise<Run> {
    const { engine, runs } = fixture;
    await driveUntil(
      engine,
      async () => (await runs.get(id)).finishedAt !== undefined,
    );
    await engine.settled();
    return await runs.get(id);
  }

  it('places nothing new on a cordoned node, says so to what waits, and goes on once it is open', async () => {
    const fixture = await setUp('a: { run: a, resources: { cpus: 2 } }');
    const { engine, executor, nodes, runs, start } = fixture;
    await engine.refreshNodesOnce();
    expect(await nodes.cordon('one', BY)).toMatchObject({
      cordon: { ...BY, at: '2026-03-01T12:00:00.000Z' },
    });
    const id = await start();
    await driveUntil(
      engine,
      async () => (await runs.get(id)).stages.length > 0,
    );
    await engine.claimOnce();
    expect((await runs.get(id)).stages[0].waitingFor?.text).toBe(
      'every node that matches is cordoned, so that nothing new is placed there: one (new driver)',
    );
    expect(executor.tasks.size).toBe(0);

    await nodes.uncordon('one');
    await expect(nodes.uncordon('one')).rejects.toThrow('is not cordoned');
    await driveUntil(engine, () => executor.tasks.size === 1);
    (await executor.started('a')).exit(0);
    expect((await ended(fixture, id)).status).toBe('succeeded');
  });

  it('lets what runs on a drained node end where there is no deadline', async () => {
    const fixture = await setUp('a: { run: a }');
    const { executor, nodes, pass } = fixture;
    const id = await running(fixture);
    await nodes.drain('one', BY);
    await pass(600);
    expect(await nodes.list()).toMatchObject([
      { name: 'one', keptBy: [{ text: '1 stage still runs here' }] },
      { name: 'two' },
    ]);
    (await executor.started('a')).exit(0);
    expect((await ended(fixture, id)).status).toBe('succeeded');
    expect((await nodes.list())[0].keptBy).toEqual([]);
  });

  it('runs again elsewhere what has not ended at the deadline', async () => {
    const fixture = await setUp('a: { run: a }');
    const { engine, executor, nodes, pass } = fixture;
    const id = await running(fixture);
    await nodes.drain('one', { ...BY, timeoutSeconds: 60 });
    await engine.refreshNodesOnce();
    await engine.cancelOnce();
    const first = await executor.started('a');
    expect(first.cancels).toEqual([]);

    await pass(1);
    await driveUntil(engine, () => executor.tasks.size === 2);
    expect(first.cancels).toEqual(['cancelled']);
    const second = await executor.started('a', 2);
    expect(second.spec.node).toBe('two');
    second.exit(0);
    expect(await ended(fixture, id)).toMatchObject({
      status: 'succeeded',
      stages: [
        {
          attempts: [
            {
              status: 'errored',
              reason: { code: 'attempt.drained', parameters: { node: 'one' } },
            },
            { status: 'succeeded', node: 'two' },
          ],
        },
      ],
    });
  });

  it('knows why an attempt was killed that was taken over meanwhile', async () => {
    const fixture = await setUp('a: { run: a }');
    const { db, engine, createEngine, executor, nodes, pass } = fixture;
    const id = await running(fixture);
    await nodes.drain('one', { ...BY, timeoutSeconds: 0 });
    await engine.stop();
    await pass(1);
    const task = await executor.started('a');
    task.end({ type: 'killed', reason: 'cancelled' });
    expect(await db('attempts').pluck('status')).toEqual(['running']);

    const successor = createEngine();
    await successor.rescueOnce();
    await driveUntil(successor, () => executor.tasks.size === 2);
    expect((await attemptsOf(fixture, id))[0]).toMatchObject({
      status: 'errored',
      reason: { code: 'attempt.drained' },
    });
    await successor.stop();
  });

  it.each([
    ['opened', (nodes: NodeService) => nodes.uncordon('one')],
    ['cordoned', (nodes: NodeService) => nodes.cordon('one', BY)],
    ['given time', (nodes: NodeService) => nodes.drain('one', BY)],
  ])(
    'kills nothing any more once the drained node is %s again',
    async (_, takeBack) => {
      const fixture = await setUp('a: { run: a }');
      const { db, engine, createEngine, executor, nodes, pass } = fixture;
      const id = await running(fixture);
      // Its holder is gone before it sees that the deadline has passed.
      await engine.stop();
      await nodes.drain('one', { ...BY, timeoutSeconds: 0 });
      await pass(1);
      expect(await db('attempts').pluck('evict_requested_at')).toEqual([
        expect.any(String),
      ]);

      await takeBack(nodes);
      expect(await db('attempts').pluck('evict_requested_at')).toEqual([null]);
      const successor = createEngine();
      await successor.rescueOnce();
      await successor.refreshNodesOnce();
      await successor.cancelOnce();
      const task = await executor.started('a');
      expect(task.cancels).toEqual([]);
      task.exit(0);
      await driveUntil(
        successor,
        async () => (await fixture.runs.get(id)).finishedAt !== undefined,
      );
      expect((await fixture.runs.get(id)).status).toBe('succeeded');
      await successor.stop();
    },
  );

  it('runs again what was killed for a drain that was taken back before anybody stored its end', async () => {
    const fixture = await setUp('a: { run: a }');
    const { engine, createEngine, executor, nodes, pass } = fixture;
    const id = await running(fixture);
    await engine.stop();
    await nodes.drain('one', { ...BY, timeoutSeconds: 0 });
    await pass(1);
    // The last that its holder did
    (await executor.started('a')).end({ type: 'killed', reason: 'cancelled' });
    await nodes.uncordon('one');
    const successor = createEngine();
    await successor.rescueOnce();
    await driveUntil(
      successor,
      async () => (await attemptsOf(fixture, id)).length === 2,
    );
    const [first] = await attemptsOf(fixture, id);
    expect(first).toMatchObject({
      status: 'errored',
      reason: { code: 'attempt.killed' },
    });
    await successor.stop();
  });

  it('cancels for good what a person cancels on a drained node', async () => {
    const fixture = await setUp('a: { run: a }');
    const { nodes, runs, pass } = fixture;
    const id = await running(fixture);
    await nodes.drain('one', { ...BY, timeoutSeconds: 0 });
    await runs.cancel(id, 'user:default/ann');
    await pass(1);
    const run = await ended(fixture, id);
    expect(run).toMatchObject({ status: 'cancelled' });
    expect(run.stages[0].attempts).toHaveLength(1);
  });

  it('fails what may not run twice where its node is emptied', async () => {
    const fixture = await setUp('a: { run: a, retry: { platform: 0 } }');
    const { nodes, pass } = fixture;
    const id = await running(fixture);
    await nodes.drain('one', { ...BY, timeoutSeconds: 0 });
    await pass(1);
    expect((await ended(fixture, id)).status).toBe('errored');
  });

  it('runs again elsewhere what was on a node that is away for too long, and removes what comes back', async () => {
    const fixture = await setUp('a: { run: a }');
    const { engine, executor, nodes, pass, runs } = fixture;
    const id = await running(fixture);
    const first = await executor.started('a');
    const [one] = executor.nodes;
    executor.nodes = [{ ...one, health: 'unreachable' }, executor.nodes[1]];
    executor.failures.withdraw.push(new Error('no answer'));
    await pass(9);
    await pass(9);
    await pass(9);
    expect(await attemptsOf(fixture, id)).toMatchObject([
      { status: 'running' },
    ]);
    await pass(9);
    await driveUntil(engine, () => executor.tasks.size === 2);
    expect(await nodes.list()).toMatchObject([
      { name: 'one', away: { isLost: true } },
      { name: 'two', running: 1 },
    ]);
    await engine.renewOnce();
    expect(first.withdrawals).toBe(0);

    // Back again, and it even says that it has done it.
    executor.nodes = [one, executor.nodes[1]];
    first.write('late words\n');
    first.exit(0);
    await pass(1);
    await pass(24 * 60);
    await engine.cleanOnce();
    expect([first.withdrawals, first.cleanups]).toEqual([1, 1]);
    (await executor.started('a', 2)).exit(0);
    const run = await ended(fixture, id);
    expect(run.stages[0].attempts).toMatchObject([
      { status: 'errored', logSize: 0, reason: { code: 'attempt.nodeLost' } },
      { status: 'succeeded', node: 'two' },
    ]);
    expect((await runs.get(id)).status).toBe('succeeded');
  });

  it('takes no node for lost after a time in which nobody looked', async () => {
    const fixture = await setUp('a: { run: a }');
    const { executor, pass } = fixture;
    const id = await running(fixture);
    const [one, two] = executor.nodes;
    executor.nodes = [{ ...one, health: 'unreachable' }, two];
    await pass(24 * 60);
    await pass(9);
    expect(await attemptsOf(fixture, id)).toMatchObject([
      { status: 'running' },
    ]);
  });

  it('leaves it to a cluster which of its machines are lost', async () => {
    const fixture = await setUp('a: { run: a }');
    const { executor, pass } = fixture;
    executor.nodes = executor.nodes.map(node => ({
      ...node,
      scheduling: 'cluster',
    }));
    const id = await running(fixture);
    executor.nodes = executor.nodes.map(node => ({
      ...node,
      health: 'unreachable',
    }));
    for (let minutes = 0; minutes < 90; minutes += 9) {
      await pass(9);
    }
    expect(await attemptsOf(fixture, id)).toMatchObject([
      { status: 'running' },
    ]);
  });

  it('shows a node that only another replica lists', async () => {
    const { db, createEngine, nodes, executor, engine } = await setUp(
      'a: { run: a }',
    );
    await createEngine().refreshNodesOnce();
    executor.nodes = executor.nodes.slice(0, 1);
    await engine.refreshNodesOnce();
    expect(await nodes.list()).toMatchObject([
      { name: 'one', health: 'healthy' },
      { name: 'two', health: 'healthy', capacity: { cpus: 1 } },
    ]);
    expect(await nodes.cordon('two', BY)).toMatchObject({ cordon: BY });
    const healthOf = async (inventoryIntervalMs: number) => {
      const [, two] = await new NodeService({
        ...{ db, engine, inventoryIntervalMs, nodeLostAfterMs: 30 * MINUTE },
        kept: async () => [],
        now: () => Date.parse('2026-03-01T12:02:00.000Z'),
      }).list();
      return two.health;
    };
    expect(await healthOf(10_000)).toBe('unreachable');
    expect(await healthOf(MINUTE)).toBe('healthy');
    await expect(nodes.cordon('three', BY)).rejects.toThrow(
      "There is no node 'three'",
    );
  });
});
