import { archiveEntries } from '@model-ci/backstage-plugin-model-ci-node';
import { createTestDatabases } from '../database/testDatabase';
import { EvaluationService } from '../evaluations/EvaluationService';
import { VersionService } from '../versions/VersionService';
import type { FakeTask } from './testing/FakeExecutor';
import { startStages, TRAIN, untilEnded } from './testing/trainStages';

const databases = createTestDatabases();

describe.each(databases.ids)('A stage that selects on %s', databaseId => {
  const SELECT = 'select: { metric: rmse, goal: minimize }';

  const setUp = async (
    stages: Record<string, string[]>,
    script?: (task: FakeTask) => void,
  ) => await startStages(await databases.init(databaseId), stages, script);

  it("gives only the best instance on, whose parameters and metrics are the version's", async () => {
    const { db, executor, runs, engine, id } = await setUp({
      train: [...TRAIN, 'matrix: { rate: [9, 2, 1], depth: [8, 4] }', SELECT],
      use: ['run: use', 'needs: [train]'],
    });
    const run = await untilEnded({ runs, engine }, id);
    expect(run).toMatchObject({ status: 'succeeded', version: 1 });
    const [{ instances = [], conclusion }] = run.stages;
    expect(conclusion?.selection).toEqual({
      metric: 'rmse',
      goal: 'minimize',
      key: 'rate=1,depth=4',
      parameters: { rate: 1, depth: 4 },
      value: 5,
      considered: 4,
    });
    expect(instances.filter(({ selected }) => selected)).toMatchObject([
      { key: 'rate=1,depth=4' },
    ]);
    // Two failed, and were allowed to.
    expect(instances.map(({ status }) => status)).toEqual([
      ...['failed', 'failed', 'succeeded'],
      ...['succeeded', 'succeeded', 'succeeded'],
    ]);
    const [user] = executor.tasksOf('use');
    const parts = user.spec.workspace.slice(1);
    expect(parts).toHaveLength(1);
    const names: string[] = [];
    for await (const { header } of archiveEntries(await parts[0].open())) {
      names.push(header.name);
    }
    expect(names).toContain('model/weights');

    const versions = new VersionService({ db });
    const version = await versions.get(run.pipelineRef, 1);
    expect(version).toMatchObject({
      parameters: { train: { rate: 1, depth: 4 } },
      metrics: [{ metric: 'rmse', value: 5 }],
      artifacts: [{ name: 'model', path: 'model' }],
    });
    const evaluations = new EvaluationService({ db });
    expect(await evaluations.metricHistories(run.pipelineRef)).toMatchObject({
      items: [{ metric: 'rmse', points: [{ value: 5, version: 1 }] }],
    });
    expect(await evaluations.compare(run.pipelineRef, [1])).toMatchObject({
      versions: [{ parameters: { 'train.rate': '1', 'train.depth': '4' } }],
    });
  });

  it('fails where there is none to select, and selects anew after a retry', async () => {
    const measured = { metrics: { mae: 1 } as Record<string, number> };
    const { db, runs, engine, id } = await setUp(
      { train: [...TRAIN, 'matrix: { rate: [1, 2] }', SELECT] },
      task => {
        task.files['model/weights'] = 'x';
        task.files['metrics.json'] = JSON.stringify(measured.metrics);
        task.exit(0);
      },
    );
    const failed = await untilEnded({ runs, engine }, id);
    expect(failed.stages[0]).toMatchObject({
      status: 'failed',
      reason: { code: 'stage.notMeasured' },
      instances: [{ status: 'succeeded' }, { status: 'succeeded' }],
    });
    measured.metrics = { rmse: 7 };
    await runs.retry(id, { by: 'user:default/a' });
    const run = await untilEnded({ runs, engine }, id);
    expect(run.stages[0].conclusion?.selection).toMatchObject({
      key: 'rate=1',
      value: 7,
    });
    expect(
      await db('evaluations').where({ instance: '' }).select('metric', 'value'),
    ).toEqual([{ metric: 'rmse', value: 7 }]);
  });
});
