import { deferred } from '@model-ci/backstage-plugin-model-ci-node';
import { createTestDatabases } from '../database/testDatabase';
import { createEngines, driveUntil, pipelineOf } from './testing/createEngines';
import { FakeExecutor } from './testing/FakeExecutor';

const databases = createTestDatabases();

describe.each(databases.ids)('An image that has to be pulled on %s', id => {
  it('is waited for as a phase, whose time does not count', async () => {
    const pulled = deferred();
    const clock = { now: Date.now() };
    const executor = new FakeExecutor({
      script: () => {},
      async prepare(_spec, onPhase) {
        onPhase({ type: 'pending', reason: 'pulling image python:3.11' });
        await pulled.promise;
      },
    });
    const { engine, runs, start } = createEngines(await databases.init(id), {
      files: pipelineOf('a: { run: a, timeout: 10s }'),
      executors: [executor],
      now: () => clock.now,
    });
    const runId = await start();
    const phase = async () =>
      (await runs.get(runId)).stages[0]?.attempts[0]?.phase;
    await driveUntil(engine, async () => (await phase())?.type === 'pending');
    expect(await phase()).toMatchObject({
      reason: { text: 'pulling image python:3.11' },
    });

    clock.now += 60_000;
    expect(await engine.cancelOnce()).toBe(0);
    pulled.resolve();
    await driveUntil(engine, async () => (await phase())?.type === 'running');
    clock.now += 9_000;
    expect(await engine.cancelOnce()).toBe(0);
    clock.now += 2_000;
    expect(await engine.cancelOnce()).toBe(1);
    await driveUntil(
      engine,
      async () => (await runs.get(runId)).status === 'failed',
    );
    expect(executor.tasksOf('a').map(({ cancels }) => cancels)).toEqual([
      ['timeout'],
    ]);
  });
});
