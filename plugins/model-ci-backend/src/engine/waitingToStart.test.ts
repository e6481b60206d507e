import {
  deferred,
  untilAborted,
} from '@model-ci/backstage-plugin-model-ci-node';
import { createTestDatabases } from '../database/testDatabase';
import { createEngines, driveUntil, pipelineOf } from './testing/createEngines';
import { FakeExecutor, fakeNode } from './testing/FakeExecutor';

const databases = createTestDatabases();
const QUOTA = 'exceeded quota: few, requested: pods=1';

describe.each(databases.ids)('An attempt that a quota refuses on %s', id => {
  async function setUp(stage: string) {
    const roomy = deferred();
    const clock = { now: Date.now() };
    const executor = new FakeExecutor({
      nodes: [
        fakeNode('cluster', { scheduling: 'cluster' }),
        fakeNode('other', { scheduling: 'cluster' }),
      ],
      async prepare({ node }, onPhase, signal) {
        if (node === 'cluster') {
          onPhase({ type: 'pending', reason: QUOTA });
          const never = new AbortController().signal;
          await untilAborted(roomy.promise, signal ?? never);
        }
      },
    });
    const engines = createEngines(await databases.init(id), {
      files: pipelineOf(stage),
      executors: [executor],
      now: () => clock.now,
    });
    const runId = await engines.start();
    const attempts = async () =>
      (await engines.runs.get(runId)).stages[0]?.attempts ?? [];
    await driveUntil(
      engines.engine,
      async () => (await attempts())[0]?.phase?.type === 'pending',
    );
    const ended = async (engine = engines.engine) => {
      await driveUntil(
        engine,
        async () => (await engines.runs.get(runId)).finishedAt !== undefined,
      );
      return await engines.runs.get(runId);
    };
    return { ...engines, executor, roomy, clock, runId, attempts, ended };
  }

  it('shows why, and is cancelled at once', async () => {
    const fixture = await setUp('a: { run: a }');
    const { runs, runId, attempts, executor } = fixture;
    expect((await attempts())[0].phase).toMatchObject({
      reason: { text: QUOTA },
    });
    await runs.cancel(runId, 'user:default/someone');
    expect(await fixture.ended()).toMatchObject({
      status: 'cancelled',
      stages: [{ reason: { code: 'attempt.cancelledBeforeStart' } }],
    });
    expect(executor.tasks.size).toBe(0);
    expect(executor.withdrawn).toHaveLength(1);
  });

  it('is given up when it has queued too long, also after a restart', async () => {
    const fixture = await setUp('a: { run: a, queueTimeout: 60s }');
    const { clock, createEngine, executor, attempts } = fixture;
    clock.now += 40_000;
    const successor = createEngine();
    await driveUntil(
      successor,
      async () => (await successor.rescueOnce()) === 1,
    );
    await driveUntil(
      successor,
      async () => (await attempts())[0]?.phase?.type === 'pending',
    );
    clock.now += 30_000;
    expect(await fixture.ended(successor)).toMatchObject({
      stages: [
        {
          status: 'errored',
          attempts: [{ reason: { code: 'attempt.queueTimeout' } }],
        },
      ],
    });
    expect(executor.tasks.size).toBe(0);
  });

  it('leaves a node that is to be empty, and goes on elsewhere', async () => {
    const fixture = await setUp('a: { run: a, retry: { platform: 1 } }');
    const by = { by: 'user:default/someone', reason: 'repair' };
    await fixture.nodes.drain('cluster', { ...by, timeoutSeconds: 0 });
    expect(await fixture.ended()).toMatchObject({
      status: 'succeeded',
      stages: [
        {
          attempts: [
            { node: 'cluster', reason: { code: 'attempt.drained' } },
            { node: 'other', status: 'succeeded' },
          ],
        },
      ],
    });
    expect(fixture.executor.tasksOf('a')).toHaveLength(1);
  });

  it('starts when there is room, once', async () => {
    const fixture = await setUp('a: { run: a }');
    fixture.roomy.resolve();
    expect(await fixture.ended()).toMatchObject({ status: 'succeeded' });
    expect(fixture.executor.tasksOf('a')).toMatchObject([{ submissions: 1 }]);
    expect(fixture.executor.withdrawn).toEqual([]);
  });
});
