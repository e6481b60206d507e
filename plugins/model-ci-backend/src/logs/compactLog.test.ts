import type { AttemptRow } from '../database/tables/runs';
import { createTestDatabases } from '../database/testDatabase';
import {
  createEngines,
  driveUntil,
  pipelineOf,
} from '../engine/testing/createEngines';
import { FakeExecutor } from '../engine/testing/FakeExecutor';
import { compactLog } from './compactLog';

const databases = createTestDatabases();

describe.each(databases.ids)('Compacting a log on %s', databaseId => {
  it('is no failure where another replica has just done it', async () => {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({ script: () => {} });
    const { engine, runs, start, store } = createEngines(db, {
      files: pipelineOf('a: { run: a }'),
      executors: [executor],
    });
    const runId = await start();
    await driveUntil(engine, () => executor.tasks.size === 1);
    const task = await executor.started('a');
    task.write('log\n');
    task.exit(0);
    await engine.settled();
    const { id } = (await db<AttemptRow>('attempts').first())!;

    await compactLog(db, store, { id, logSize: 4 });
    const { data } = await runs.readLog(runId, 'a', {});
    expect(data.toString()).toBe('log\n');

    await db<AttemptRow>('attempts').update({ log_digest: null });
    await expect(compactLog(db, store, { id, logSize: 4 })).rejects.toThrow(
      'should have 4 bytes, but its chunks have 0',
    );
  });
});
