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

  it('keeps of very many times those that matter', async () => {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({ script: () => {} });
    const { engine, runs, start } = createEngines(db, {
      files: pipelineOf('a: { run: a }'),
      executors: [executor],
    });
    const runId = await start();
    await driveUntil(engine, () => executor.tasks.size === 1);
    const { id } = (await db<AttemptRow>('attempts').first())!;
    const began = Date.parse('2026-01-01T00:00:00.000Z');
    const chunks = Array.from({ length: 5000 }, (_, index) => ({
      attempt_id: id,
      start: index,
      size: 1,
      data: Buffer.from('x'),
      stored_at: new Date(began + index * 500).toISOString(),
    }));
    await db.batchInsert('log_chunks', chunks, 100);
    const times = await runs.readLogTimes(runId, 'a', {});
    expect(times.length).toBeLessThanOrEqual(1000);
    expect(times.slice(0, 2)).toEqual([
      [0, '2026-01-01T00:00:00.000Z'],
      [20, '2026-01-01T00:00:10.000Z'],
    ]);
    expect(times[times.length - 1][0]).toBeGreaterThan(4970);
  });
});
