import { deferred } from '@model-ci/backstage-plugin-model-ci-node';
import type { AttemptRow } from '../database/tables/runs';
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
      files: pipelineOf('a: { run: a, timeout: 10s, queueTimeout: 5s }'),
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
    expect((await runs.get(runId)).stages[0].attempts[0].reason?.code).toBe(
      'attempt.timeout',
    );
  });

  it('keeps its time when it is taken over, wherever its holder died', async () => {
    const db = await databases.init(id);
    const clock = { now: Date.now() };
    const pulled = deferred();
    const executor = new FakeExecutor({
      script: () => {},
      async prepare(_spec, onPhase) {
        onPhase({ type: 'pending', reason: 'pulling image python:3.11' });
        await pulled.promise;
      },
    });
    const { createEngine, runs, start } = createEngines(db, {
      files: pipelineOf('a: { run: a, timeout: 60s }'),
      executors: [executor],
      now: () => clock.now,
    });
    const runId = await start();
    const phase = async () =>
      (await runs.get(runId)).stages[0]?.attempts[0]?.phase;
    const takeOver = async () => {
      clock.now += 40_000;
      const engine = createEngine();
      await driveUntil(engine, async () => (await engine.rescueOnce()) === 1);
      return engine;
    };
    await driveUntil(
      createEngine(),
      async () => (await phase())?.type === 'pending',
    );
    const since = (await phase())?.since;
    const second = await takeOver();
    expect(await phase()).toMatchObject({ type: 'pending', since });
    pulled.resolve();
    await driveUntil(second, async () => (await phase())?.type === 'running');
    const startedAt = new Date(clock.now).toISOString();
    expect(await phase()).toMatchObject({ since: startedAt });
    await driveUntil(second, async () => {
      const row = await db<AttemptRow>('attempts').first('handle');
      return row?.handle !== null;
    });

    // As if the holder had died between the two writes
    await db<AttemptRow>('attempts').update({
      phase: 'pending',
      phase_since: since,
      started_at: since,
    });
    const third = await takeOver();
    await driveUntil(third, async () => (await phase())?.type === 'running');
    expect(await phase()).toMatchObject({ since: startedAt });
    const { deadline_at: deadlineAt, started_at: stored } =
      (await db<AttemptRow>('attempts').first()) ?? {};
    expect(stored).toBe(startedAt);
    expect(Date.parse(deadlineAt ?? '')).toBe(Date.parse(startedAt) + 60_000);
    executor.tasksOf('a')[0].exit(0);
    await driveUntil(
      third,
      async () => (await runs.get(runId)).status === 'succeeded',
    );
  });
});
