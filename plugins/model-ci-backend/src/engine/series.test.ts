import { spawnSync } from 'node:child_process';
import { InputError } from '@backstage/errors';
import { createTestDatabases } from '../database/testDatabase';
import { SeriesService } from '../evaluations/SeriesService';
import { mintReplicaId } from './replica';
import { createEngines, driveUntil, pipelineOf } from './testing/createEngines';
import { FakeExecutor } from './testing/FakeExecutor';

const databases = createTestDatabases();

/** The id of a replica on this machine whose process has ended. */
function deadReplica(): string {
  const { pid } = spawnSync(process.execPath, ['--version']);
  return JSON.stringify({ ...JSON.parse(mintReplicaId()), pid });
}

describe.each(databases.ids)('Series of running stages on %s', databaseId => {
  async function setUp(stage: string) {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({ script: () => {} });
    const fixture = createEngines(db, {
      files: pipelineOf(`train: { run: train, reports: ${stage} }`),
      executors: [executor],
      config: { seriesIntervalMs: 5 },
    });
    const series = new SeriesService({ db });
    const values = async (runId: string) => {
      const { curves } = await series.find(runId, ['loss']);
      return curves.map(
        ({ running, points }) => [running, points?.value] as const,
      );
    };
    return { db, executor, values, ...fixture };
  }

  it('are stored while the attempt writes, and as a whole when it has ended', async () => {
    const { executor, values, engine, start, runs } = await setUp(
      '{ series: a.jsonl }',
    );
    const id = await start();
    await driveUntil(engine, () => executor.tasks.size === 1);
    const task = await executor.started('train');
    task.files['a.jsonl'] = '{"loss": 3}\n';
    await driveUntil(engine, async () => (await values(id)).length === 1);
    expect(await values(id)).toEqual([[true, [3]]]);
    task.files['a.jsonl'] += '{"loss": 2}\n{"loss"';
    await driveUntil(
      engine,
      async () => (await values(id))[0]?.[1]?.length === 2,
    );
    task.files['a.jsonl'] += ': 1}\n';
    task.exit(0);
    await engine.settled();
    expect(await values(id)).toEqual([[false, [3, 2, 1]]]);
    expect((await runs.get(id)).status).toBe('succeeded');
  });

  it('go on after a restart, and belong to whoever holds the attempt', async () => {
    const { executor, values, engine, createEngine, start } = await setUp(
      '{ series: a.jsonl }',
    );
    const killed = createEngine({}, deadReplica());
    const id = await start();
    await driveUntil(killed, () => executor.tasks.size === 1);
    const task = await executor.started('train');
    task.files['a.jsonl'] = '{"loss": 3}\n';
    await driveUntil(killed, async () => (await values(id)).length === 1);
    expect(await engine.rescueOnce()).toBe(1);
    task.files['a.jsonl'] += '{"loss": 2}\n';
    await driveUntil(
      engine,
      async () => (await values(id))[0]?.[1]?.length === 2,
    );
    expect(await values(id)).toEqual([[true, [3, 2]]]);
    task.exit(0);
    await engine.settled();
    await killed.settled();
    expect(await values(id)).toEqual([[false, [3, 2]]]);
  });

  it('stay as far as they came when the attempt is killed', async () => {
    const { executor, values, engine, start, runs } = await setUp(
      '{ series: a.jsonl }',
    );
    const id = await start();
    await driveUntil(engine, () => executor.tasks.size === 1);
    const task = await executor.started('train');
    task.files['a.jsonl'] = '{"loss": 3}\n';
    await driveUntil(engine, async () => (await values(id)).length === 1);
    task.end({ type: 'killed', reason: 'timeout' });
    await engine.settled();
    expect(await values(id)).toEqual([[false, [3]]]);
    expect((await runs.get(id)).status).toBe('failed');
  });

  it('fail no attempt where they cannot be read, and are not read where none are declared', async () => {
    const { executor, engine, start, runs } = await setUp(
      '{ series: a.jsonl }',
    );
    let looks = 0;
    executor.peek = async function* peek() {
      looks += 1;
      yield* [];
      throw new InputError('no');
    };
    const id = await start();
    await driveUntil(engine, () => looks > 1);
    const task = await executor.started('train');
    task.files['a.jsonl'] = '{"loss": 3}\n';
    task.exit(0);
    await engine.settled();
    expect((await runs.get(id)).status).toBe('succeeded');
  });
});
