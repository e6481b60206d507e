import { archiveEntries } from '@model-ci/backstage-plugin-model-ci-node';
import { createTestDatabases } from '../database/testDatabase';
import { EvaluationService } from '../evaluations/EvaluationService';
import { driveUntil } from './testing/createEngines';
import type { FakeTask } from './testing/FakeExecutor';
import {
  MATRIX,
  startStages,
  train,
  TRAIN,
  untilEnded,
} from './testing/trainStages';

const databases = createTestDatabases();

describe.each(databases.ids)('A stage with instances on %s', databaseId => {
  const setUp = async (
    stages: Record<string, string[]>,
    script?: (task: FakeTask) => void,
  ) => await startStages(await databases.init(databaseId), stages, script);

  it('is executed once for each point of its matrix, and gives all artifacts on', async () => {
    const { db, executor, ...fixture } = await setUp({
      train: [...TRAIN, MATRIX],
      use: ['run: use', 'needs: [train]'],
    });
    const run = await untilEnded(fixture, fixture.id);
    expect(run).toMatchObject({ status: 'succeeded' });
    const [stage, use] = run.stages;
    expect(stage).toMatchObject({ status: 'succeeded', attempts: [] });
    expect(stage.instances?.map(({ key }) => key)).toEqual([
      'rate=1,depth=4',
      'rate=1,depth=8',
      'rate=2,depth=4',
      'rate=2,depth=8',
    ]);
    expect(stage.instances?.[1]).toMatchObject({
      parameters: { rate: 1, depth: 8 },
      status: 'succeeded',
      attempts: [{ number: 1, status: 'succeeded' }],
    });
    expect(use.status).toBe('succeeded');

    // Those that were queued together are claimed in the order of the matrix.
    const queued = await db('attempts')
      .join('stages', 'stages.id', 'attempts.stage_id')
      .whereNot({ instance: '' })
      .orderBy(['attempts.created_at', 'attempts.id'])
      .pluck('stages.instance');
    expect(queued).toEqual(stage.instances?.map(({ key }) => key));

    const task = executor
      .tasksOf('train')
      .find(({ spec }) => spec.env.PARAM_RATE + spec.env.PARAM_DEPTH === '14');
    expect(task?.spec.env).toMatchObject({
      MODEL_CI_STAGE: 'train',
      MODEL_CI_INSTANCE: 'rate=1,depth=4',
      MODEL_CI_PARAMS: '{"rate":1,"depth":4}',
      PARAM_RATE: '1',
      PARAM_DEPTH: '4',
    });
    const [user] = executor.tasksOf('use');
    expect(user.spec.env).toMatchObject({ MODEL_CI_PARAMS: '{}' });
    const names: string[] = [];
    for (const part of user.spec.workspace.slice(1)) {
      for await (const { header } of archiveEntries(await part.open())) {
        names.push(header.name);
      }
    }
    expect(names).toContain('model/rate=1,depth=8/weights');
    expect(names.filter(name => name.endsWith('weights'))).toHaveLength(4);

    const evaluations = new EvaluationService({ db });
    const results = await evaluations.stageResults(fixture.id);
    expect(results.get('train[rate=2,depth=8]')).toMatchObject({
      metrics: [{ metric: 'rmse', value: 10 }],
      artifacts: [{ path: 'model/rate=2,depth=8' }],
    });
  });

  it('shows the log of each instance under its key', async () => {
    const { runs, engine, id } = await setUp({ train: [...TRAIN, MATRIX] });
    await untilEnded({ runs, engine }, id);
    const log = await runs.readLog(id, 'train[rate=2,depth=4]', {});
    expect(log.data.toString()).toBe('rate 2, depth 4\n');
    const { history } = await runs.get(id);
    expect(history.map(({ stage }) => stage)).toContain(
      'train[rate=2,depth=4]',
    );
  });

  it('fails with its instances, and is retried as one of them or as a whole', async () => {
    let isMended = false;
    const { runs, engine, executor, id } = await setUp(
      {
        train: [...TRAIN, 'matrix: { rate: [1, 9] }'],
        use: ['run: use', 'needs: [train]'],
      },
      task => (isMended ? task.exit(0) : train(task)),
    );
    const failed = await untilEnded({ runs, engine }, id);
    expect(failed).toMatchObject({
      status: 'failed',
      stages: [
        {
          status: 'failed',
          reason: { text: expect.stringMatching(/^Instance rate=9 failed: /) },
          instances: [{ status: 'succeeded' }, { status: 'failed' }],
        },
        { status: 'skipped' },
      ],
    });
    await expect(
      runs.retry(id, { from: 'train[rate=7]', by: 'user:default/a' }),
    ).rejects.toThrow("'train[rate=9]'");

    isMended = true;
    executor.tasks.forEach(task => {
      task.files['model/weights'] = 'mended';
    });
    await runs.retry(id, { from: 'train[rate=9]', by: 'user:default/a' });
    await driveUntil(engine, () => executor.tasksOf('train').length === 3);
    const again = await untilEnded({ runs, engine }, id);
    // It writes neither artifact nor report now, and only it was made again.
    expect(again.stages[0]).toMatchObject({
      status: 'failed',
      instances: [
        { attempts: [{ number: 1 }] },
        { attempts: [{ number: 1 }, { number: 2 }] },
      ],
    });
    await runs.retry(id, { from: 'train', by: 'user:default/a' });
    await untilEnded({ runs, engine }, id);
    expect(executor.tasksOf('train')).toHaveLength(5);
  });

  it('lets the run go on where its failure is allowed', async () => {
    const { runs, engine, id } = await setUp({
      train: [...TRAIN, 'matrix: { rate: [1, 9] }', 'allowFailure: true'],
      use: ['run: use', 'needs: [train]'],
    });
    const run = await untilEnded({ runs, engine }, id);
    expect(run.status).toBe('succeeded');
    expect(run.stages.map(({ status }) => status)).toEqual([
      'failed',
      'succeeded',
    ]);
  });

  it('is cancelled with those of its instances that have not ended', async () => {
    const { runs, engine, executor, id } = await setUp(
      { train: [...TRAIN, MATRIX] },
      task => (task.spec.env.PARAM_RATE === '1' ? train(task) : undefined),
    );
    await driveUntil(engine, async () => {
      const { instances = [] } = (await runs.get(id)).stages[0] ?? {};
      const ended = instances.filter(({ finishedAt }) => finishedAt);
      return executor.tasksOf('train').length === 4 && ended.length === 2;
    });
    await runs.cancel(id, 'user:default/a');
    const run = await untilEnded({ runs, engine }, id);
    expect(run).toMatchObject({ status: 'cancelled' });
    expect(run.stages[0]).toMatchObject({ status: 'cancelled' });
    expect(new Set(run.stages[0].instances?.map(i => i.status))).toEqual(
      new Set(['succeeded', 'cancelled']),
    );
  });

  it('is skipped with its instances', async () => {
    const { runs, engine, db, id } = await setUp(
      { build: ['run: b'], train: [...TRAIN, MATRIX, 'needs: [build]'] },
      task => task.exit(1),
    );
    const run = await untilEnded({ runs, engine }, id);
    expect(run.stages[1]).toMatchObject({ status: 'skipped' });
    expect(
      await db('stages').where({ name: 'train' }).distinct('status'),
    ).toEqual([{ status: 'skipped' }]);
    expect(run.stages[1].instances).toHaveLength(4);
  });

  it('waits for a person once, where it is held', async () => {
    const { runs, engine, id } = await setUp({
      train: [...TRAIN, MATRIX, 'hold: true'],
    });
    const run = await untilEnded({ runs, engine }, id);
    expect(run.status).toBe('waiting');
    expect(run.stages[0]).toMatchObject({
      status: 'waiting',
      approvals: [
        {
          question: { code: 'stage.hold' },
          evidence: expect.stringMatching(/^sha256:/),
        },
      ],
    });
    const decide = (evidence?: string) =>
      runs.decide(id, 'train', {
        decision: 'continue',
        by: 'user:default/a',
        reason: 'fine',
        evidence,
      });
    await expect(decide()).rejects.toMatchObject({ name: 'InputError' });
    await expect(decide('sha256:other')).rejects.toMatchObject({
      name: 'ConflictError',
    });
    await decide(run.stages[0].approvals[0].evidence);
    expect((await untilEnded({ runs, engine }, id)).status).toBe('succeeded');
  });

  it('is concluded by another backend where the first one died', async () => {
    const { db, runs, engine, id } = await setUp({ train: [...TRAIN, MATRIX] });
    await untilEnded({ runs, engine }, id);
    // As it was before the conclusion.
    await db('stages')
      .where({ name: 'train' })
      .whereNull('instance')
      .update({ status: 'running', finished_at: null });
    await db('runs').update({ status: 'running', finished_at: null });
    expect(await engine.concludeOnce()).toBe(1);
    expect((await runs.get(id)).status).toBe('succeeded');
    expect(await engine.concludeOnce()).toBe(0);
  });

  it('appears once in lists, with each instance that waits in the queue', async () => {
    const { runs, engine, id, executor } = await setUp({
      train: [...TRAIN, MATRIX],
    });
    executor.nodes = [];
    await engine.refreshNodesOnce();
    await engine.prepareOnce();
    await engine.settled();
    const { items } = await runs.list({ limit: 5 });
    expect(items[0].stages).toEqual([{ name: 'train', status: 'queued' }]);
    const queue = await runs.queue({ limit: 10 });
    expect(queue.items.map(({ stage }) => stage).sort()).toEqual([
      'train[rate=1,depth=4]',
      'train[rate=1,depth=8]',
      'train[rate=2,depth=4]',
      'train[rate=2,depth=8]',
    ]);
    const [{ instances }] = (await runs.get(id)).stages;
    expect(instances?.[0].waitingFor).toBeDefined();
  });
});
