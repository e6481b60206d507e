import type { AttemptRow } from '../database/tables/runs';
import { createTestDatabases } from '../database/testDatabase';
import { createEngines, driveUntil, pipelineOf } from './testing/createEngines';
import { FakeExecutor } from './testing/FakeExecutor';

const databases = createTestDatabases();

describe.each(databases.ids)('What executors have left on %s', databaseId => {
  it('is withdrawn where its attempt was cleaned up, or is nobody else’s', async () => {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({
      script: task => {
        if (task.spec.stage === 'ended') {
          task.exit(0);
        }
      },
    });
    const { engine, start } = createEngines(db, {
      files: pipelineOf('ended: { run: a }', 'running: { run: b }'),
      executors: [executor],
    });
    await start();
    await driveUntil(
      engine,
      async () =>
        (await db<AttemptRow>('attempts').whereNotNull('cleaned_at')).length ===
          1 && executor.tasksOf('running').length === 1,
    );
    const [ended] = executor.tasksOf('ended');
    const [running] = executor.tasksOf('running');
    const strangers = ['of-another-portal', 'of-a-lost-database'];
    const ids = [ended.spec.attemptId, running.spec.attemptId, ...strangers];
    executor.left = ids.map(attemptId => ({
      attemptId,
      node: 'local',
      isOwn: attemptId === 'of-a-lost-database',
    }));

    expect(await engine.sweepOnce()).toBe(2);
    expect(executor.withdrawn).toEqual([
      ended.spec.attemptId,
      'of-a-lost-database',
    ]);

    running.exit(0);
    await engine.settled();
  });

  it('is tried again later where it cannot be listed or removed', async () => {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor();
    const { engine } = createEngines(db, {
      files: pipelineOf('a: { run: a }'),
      executors: [executor],
    });
    executor.left = [{ attemptId: 'left', node: 'local', isOwn: true }];
    executor.failures.withdraw.push(new Error('its node does not answer'));
    expect(await engine.sweepOnce()).toBe(1);
    expect(executor.withdrawn).toEqual([]);
    expect(await engine.sweepOnce()).toBe(1);
    expect(executor.withdrawn).toEqual(['left']);
    executor.listAttempts = async () => {
      throw new Error('the engine does not answer');
    };
    expect(await engine.sweepOnce()).toBe(0);
  });
});
