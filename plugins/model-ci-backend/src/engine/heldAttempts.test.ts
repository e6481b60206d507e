import type { AttemptRow } from '../database/tables/runs';
import { createTestDatabases } from '../database/testDatabase';
import type { Engine } from './Engine';
import { createEngines, driveUntil, pipelineOf } from './testing/createEngines';
import { FakeExecutor } from './testing/FakeExecutor';

const databases = createTestDatabases();

describe.each(databases.ids)('What one replica holds at most on %s', id => {
  async function setUp(stages: number) {
    const db = await databases.init(id);
    const executor = new FakeExecutor({ script: () => {} });
    const fixture = createEngines(db, {
      files: pipelineOf(
        ...Array.from({ length: stages }, (_, i) => `s${i}: { run: a }`),
      ),
      executors: [executor],
      config: { maxHeldAttempts: 2 },
    });
    const runId = await fixture.start();
    const heldBy = async (engine: Engine) =>
      (
        await db<AttemptRow>('attempts').where({
          status: 'running',
          holder: engine.replicaId,
        })
      ).length;
    return { ...fixture, db, executor, heldBy, runId };
  }

  it('is left to the others, and then has room again as attempts end', async () => {
    const { engine, createEngine, executor, heldBy, runs, runId } = await setUp(
      5,
    );
    await driveUntil(engine, () => executor.tasks.size === 2);
    expect(await engine.claimOnce()).toBe(0);
    const waits = (await runs.get(runId)).stages.filter(
      ({ status }) => status === 'queued',
    );
    expect(waits).toHaveLength(3);
    for (const { waitingFor } of waits) {
      expect(waitingFor?.text).toBe(
        'local has room, but the backend works on 2 attempts already, as many as modelCi.engine.maxHeldAttempts allows',
      );
    }

    const other = createEngine();
    await driveUntil(other, () => executor.tasks.size === 4);
    expect(await other.claimOnce()).toBe(0);
    expect([await heldBy(engine), await heldBy(other)]).toEqual([2, 2]);

    [...executor.tasks.values()][0].exit(0);
    await driveUntil(engine, () => executor.tasks.size === 5);
    expect([await heldBy(engine), await heldBy(other)]).toEqual([2, 2]);
    executor.tasks.forEach(task => task.exit(0));
    await Promise.all([engine.settled(), other.settled()]);
    expect((await runs.get(runId)).status).toBe('succeeded');
  });

  it('is first of all what runs and nobody holds', async () => {
    const { engine, createEngine, executor, heldBy, runs, runId } = await setUp(
      6,
    );
    const leaving = createEngine();
    await driveUntil(leaving, () => executor.tasks.size === 2);
    const other = createEngine({ maxHeldAttempts: 1 });
    await driveUntil(other, () => executor.tasks.size === 3);
    await leaving.stop();

    // There is room for one of the two.
    const small = createEngine({ maxHeldAttempts: 1 });
    expect(await small.rescueOnce()).toBe(1);
    expect(await small.claimOnce()).toBe(0);
    const held = [...executor.tasks.values()].slice(0, 2);
    held.forEach(task => task.exit(0));
    await driveUntil(small, async () => (await heldBy(small)) === 0);
    expect(executor.tasks.size).toBe(3);
    expect(await small.rescueOnce()).toBe(1);
    await small.settled();
    expect(executor.tasks.size).toBe(3);
    expect(await small.rescueOnce()).toBe(0);
    await driveUntil(small, () => executor.tasks.size === 4);

    await driveUntil(engine, () => executor.tasks.size === 6);
    executor.tasks.forEach(task => task.exit(0));
    await Promise.all([engine, other, small].map(each => each.settled()));
    const { status, stages } = await runs.get(runId);
    expect(status).toBe('succeeded');
    expect(stages.flatMap(({ attempts }) => attempts)).toHaveLength(6);
  });

  it('is not taken for something that others have left', async () => {
    const { engine, executor } = await setUp(3);
    await driveUntil(engine, () => executor.tasks.size === 2);
    // There is no room for anything, and nothing either
    expect(await engine.rescueOnce()).toBe(0);
    [...executor.tasks.values()][0].exit(0);
    await driveUntil(engine, () => executor.tasks.size === 3);
    executor.tasks.forEach(task => task.exit(0));
    await engine.settled();
  });
});
