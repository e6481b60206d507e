import type {
  GpuReading,
  Handle,
  NodeInfo,
} from '@model-ci/backstage-plugin-model-ci-node';
import { createTestDatabases } from '../database/testDatabase';
import { GpuService } from '../gpus/GpuService';
import { createEngines, driveUntil, pipelineOf } from './testing/createEngines';
import { FakeExecutor, fakeNode } from './testing/FakeExecutor';

const databases = createTestDatabases();

/** A machine whose GPUs report what a test says. */
class GpuExecutor extends FakeExecutor {
  reading: Partial<GpuReading> = { utilization: 0.9, watts: 500 };
  failure?: Error;
  reads = 0;

  async gpuReadings(handle: Handle): Promise<GpuReading[]> {
    this.reads++;
    if (this.failure) {
      throw this.failure;
    }
    const { gpuIds = [] } = this.tasks.get(String(handle.task))!.spec.resources;
    return gpuIds.map(id => ({ id, model: 'H200', ...this.reading }));
  }
}

describe.each(databases.ids)('GPUs on %s', databaseId => {
  async function setUp(nodes: NodeInfo[], ...stages: string[]) {
    const db = await databases.init(databaseId);
    const executor = new GpuExecutor({ script: () => {}, nodes });
    const fixture = createEngines(db, {
      files: pipelineOf(...stages),
      executors: [executor],
      config: { gpuIntervalMs: 5 },
    });
    return { db, executor, service: new GpuService({ db }), ...fixture };
  }

  const named = (name: string, ids: string[]): NodeInfo =>
    fakeNode(name, {
      gpus: ids.length,
      gpuDevices: ids.map(id => ({ id, model: 'H200' })),
    });

  const given = (executor: FakeExecutor) =>
    [...executor.tasks.values()].flatMap(({ spec, outcome }) =>
      outcome ? [] : spec.resources.gpuIds ?? [],
    );

  it('are given device by device, each to one attempt at a time, whoever places', async () => {
    const { engine, createEngine, executor, runs, start } = await setUp(
      [named('one', ['GPU-a', 'GPU-b', 'GPU-c'])],
      'a: { run: a, resources: { gpus: 2 } }',
      'b: { run: b, resources: { gpus: 1 } }',
      'c: { run: c, resources: { gpus: 1 } }',
      'd: { run: d }',
    );
    const other = createEngine();
    await other.refreshNodesOnce();
    const id = await start();
    await driveUntil(engine, () => executor.tasks.size === 3);
    await Promise.all([engine.claimOnce(), other.claimOnce()]);
    expect(given(executor).sort()).toEqual(['GPU-a', 'GPU-b', 'GPU-c']);
    const waiting = (await runs.get(id)).stages.find(
      ({ waitingFor }) => waitingFor,
    );
    expect(waiting?.waitingFor?.text).toBe(
      `one has too little free: ${
        waiting?.name === 'a' ? '2 GPUs needed' : '1 GPU needed'
      }, ${waiting?.name === 'a' ? 1 : 0} free`,
    );

    executor.tasksOf('b').forEach(task => task.exit(0));
    executor.tasksOf('a').forEach(task => task.exit(0));
    await driveUntil(engine, () => executor.tasks.size === 4);
    expect(new Set(given(executor)).size).toBe(given(executor).length);
    executor.tasks.forEach(task => task.exit(0));
    await driveUntil(
      engine,
      async () => (await runs.get(id)).status === 'succeeded',
    );
    await engine.settled();
    await other.settled();
  });

  it('are given once though two nodes are the same machine', async () => {
    const { engine, executor, start, runs } = await setUp(
      [named('docker', ['GPU-a']), named('process', ['GPU-a'])],
      'a: { run: a, resources: { gpus: 1 } }',
      'b: { run: b, resources: { gpus: 1 } }',
    );
    const id = await start();
    await driveUntil(engine, () => executor.tasks.size === 1);
    await engine.claimOnce();
    expect(executor.tasks.size).toBe(1);
    await runs.cancel(id, 'user:default/ann');
    await driveUntil(
      engine,
      async () => (await runs.get(id)).finishedAt !== undefined,
    );
    await engine.settled();
  });

  it('are asked for again by the same attempt when its start is repeated', async () => {
    const { db, engine, executor, start } = await setUp(
      [named('one', ['GPU-a', 'GPU-b'])],
      'a: { run: a, resources: { gpus: 1 } }',
    );
    executor.failures.submitted.push(new Error('answer lost'));
    await start();
    await driveUntil(engine, () =>
      [...executor.tasks.values()].some(({ submissions }) => submissions === 2),
    );
    expect(given(executor)).toEqual(['GPU-a']);
    expect(await db('attempts').pluck('gpu_ids')).toEqual(['GPU-a']);
    executor.tasks.forEach(task => task.exit(0));
    await engine.settled();
  });

  it('are not given while it is not known what a lost attempt still does with them', async () => {
    const { db, engine, executor, runs, start } = await setUp(
      [named('one', ['GPU-a'])],
      'a: { run: a, resources: { gpus: 1 } }',
    );
    const id = await start();
    await driveUntil(engine, () => executor.tasks.size === 1);
    const { attempts } = (await runs.get(id)).stages[0];
    executor.failures.withdraw.push(new Error('no answer'));
    await runs.declareLost(attempts[0].id, {
      by: 'user:default/a',
      reason: '',
    });
    await runs.retry(id, { by: 'user:default/a' });
    await engine.claimOnce();
    expect((await runs.get(id)).stages[0].attempts).toMatchObject([
      { status: 'errored' },
      { status: 'queued' },
    ]);
    await db('attempts')
      .where({ id: attempts[0].id })
      .update({ cleaned_at: new Date().toISOString() });
    await driveUntil(engine, () => executor.tasks.size === 2);
    executor.tasks.forEach(task => task.exit(0));
    await engine.settled();
  });

  it('are not given while somebody holds some without a name, as older releases gave them', async () => {
    const { db, engine, executor, start } = await setUp(
      [named('one', ['GPU-a', 'GPU-b'])],
      'a: { run: a, resources: { gpus: 1 } }',
      'b: { run: b, needs: [a], resources: { gpus: 1 } }',
      'c: { run: c, resources: { gpus: 1 } }',
    );
    executor.nodes = [fakeNode('one', { gpus: 2 })];
    await start();
    await driveUntil(engine, () => executor.tasks.size === 2);
    expect(await db('attempts').pluck('gpu_ids')).toEqual([null, null]);
    executor.nodes = [named('one', ['GPU-a', 'GPU-b'])];
    await engine.refreshNodesOnce();
    (await executor.started('a')).exit(0);
    await driveUntil(
      engine,
      async () =>
        (await db('attempts').where({ status: 'queued' })).length === 1,
    );
    await engine.claimOnce();
    expect(executor.tasks.size).toBe(2);
    (await executor.started('c')).exit(0);
    await driveUntil(engine, () => executor.tasks.size === 3);
    expect(given(executor)).toEqual(['GPU-a']);
    executor.tasks.forEach(task => task.exit(0));
    await engine.settled();
  });

  it('are recorded while an attempt runs and when it ends, and go on where another backend takes over', async () => {
    const { engine, createEngine, executor, runs, service, start } =
      await setUp(
        [named('one', ['GPU-a'])],
        'a: { run: a, resources: { gpus: 1 } }',
      );
    executor.reading = { ...executor.reading, energyJoules: 1000 };
    const id = await start();
    await driveUntil(
      engine,
      async () => (await service.find(id)).usages.length === 1,
    );
    expect((await service.find(id)).usages).toMatchObject([
      { stage: 'a', attempt: 1, running: true, device: 'GPU-a', model: 'H200' },
    ]);
    await engine.stop();

    executor.reading = { ...executor.reading, energyJoules: 4000 };
    const successor = createEngine();
    await successor.rescueOnce();
    (await executor.started('a')).exit(0);
    await driveUntil(
      successor,
      async () => (await runs.get(id)).status === 'succeeded',
    );
    await successor.settled();
    expect(await service.find(id)).toMatchObject({
      usages: [{ running: false, energy: { joules: 3000, isEstimate: false } }],
      total: { models: ['H200'], energy: { joules: 3000 } },
    });
  });

  it('count in the total of a run, also those that an answer does not name', async () => {
    const { db, executor, engine, runs, service, start } = await setUp(
      [named('one', ['GPU-a'])],
      'a: { run: a }',
    );
    const id = await start();
    await driveUntil(engine, () => executor.tasks.size === 1);
    const [attempt] = (await runs.get(id)).stages[0].attempts;
    const usage = JSON.stringify({
      ...{ startedAt: 0, lastAt: 2000, seconds: 2, idleSeconds: 0 },
      ...{ ratedSeconds: 2, busySeconds: 1 },
      ...{ last: {}, pointSeconds: 1 },
      points: {
        ...{ seconds: [], counts: [], utilization: [] },
        ...{ memoryBytes: [], watts: [] },
      },
    });
    const devices = Array.from({ length: 1001 }, (_, index) => ({
      run_id: id,
      attempt_id: attempt.id,
      device: `GPU-${index}`,
      usage,
    }));
    await db.batchInsert('gpu_usages', devices, 100);
    const { usages, omitted, total } = await service.find(id);
    expect(omitted).toBe(1);
    expect(usages).toHaveLength(1000);
    expect(total?.gpuSeconds).toBe(2002);
    executor.tasks.forEach(task => task.exit(0));
    await engine.settled();
  });

  it('that cannot be read keep no attempt from its end', async () => {
    const { engine, executor, runs, service, start } = await setUp(
      [named('one', ['GPU-a'])],
      'a: { run: a, resources: { gpus: 1 } }',
      'b: { run: b }',
    );
    executor.failure = new Error('GPU is lost');
    const id = await start();
    await driveUntil(engine, () => executor.tasks.size === 2);
    executor.tasks.forEach(task => task.exit(0));
    await driveUntil(
      engine,
      async () => (await runs.get(id)).status === 'succeeded',
    );
    await engine.settled();
    expect(executor.reads).toBeGreaterThan(0);
    expect(await service.find(id)).toEqual({ usages: [] });
  });
});
