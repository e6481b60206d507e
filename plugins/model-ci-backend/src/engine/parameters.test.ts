import { createTestDatabases } from '../database/testDatabase';
import { listVersions } from '../database/operations/versions/listVersions';
import { createEngines } from './testing/createEngines';
import { FakeExecutor, type FakeTask } from './testing/FakeExecutor';
import { pipeline, untilEnded } from './testing/trainStages';

const databases = createTestDatabases();
const PARAMETERS = [
  'parameters:',
  '  epochs: { type: integer, default: 10, min: 1, max: 100 }',
  '  size: { type: enum, values: [small, large] }',
  '  use-bias: { type: boolean, default: true }',
].join('\n');

describe.each(databases.ids)('The parameters of a run on %s', databaseId => {
  const setUp = async (script: (task: FakeTask) => void) => {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({ script });
    const files = pipeline({
      train: ['run: x', 'matrix: { depth: [2, 4] }'],
      test: ['run: y'],
    });
    const text = files['model-pipeline.yaml'];
    const fixture = createEngines(db, {
      files: {
        'model-pipeline.yaml': text.replace(
          'stages:',
          `${PARAMETERS}\nstages:`,
        ),
      },
      executors: [executor],
    });
    return { db, executor, ...fixture };
  };

  it('reach every stage and instance, with the defaults, and are recorded', async () => {
    const { executor, start, ...fixture } = await setUp(task => task.exit(0));
    const id = await start({ parameters: { size: 'large', epochs: 3 } });
    const run = await untilEnded(fixture, id);
    expect(run).toMatchObject({
      status: 'succeeded',
      parameters: { epochs: 3, size: 'large', 'use-bias': true },
    });
    expect(executor.tasksOf('test')[0].spec.env).toMatchObject({
      PARAM_EPOCHS: '3',
      PARAM_SIZE: 'large',
      PARAM_USE_BIAS: 'true',
      MODEL_CI_PARAMS: '{"epochs":3,"size":"large","use-bias":true}',
    });
    const instance = executor
      .tasksOf('train')
      .find(({ spec }) => spec.env.PARAM_DEPTH === '4');
    expect(instance?.spec.env).toMatchObject({
      PARAM_EPOCHS: '3',
      MODEL_CI_PARAMS: '{"epochs":3,"size":"large","use-bias":true,"depth":4}',
    });
  });

  it('stay the same when the run is retried', async () => {
    let exitCode = 1;
    const { executor, start, ...fixture } = await setUp(task =>
      task.exit(exitCode),
    );
    const id = await start({ parameters: { size: 'small' } });
    expect(await untilEnded(fixture, id)).toMatchObject({ status: 'failed' });
    exitCode = 0;
    await fixture.runs.retry(id, { by: 'user:default/ann' });
    const run = await untilEnded(fixture, id);
    expect(run).toMatchObject({
      status: 'succeeded',
      parameters: { size: 'small', epochs: 10 },
    });
    expect(executor.tasksOf('test').at(-1)?.spec.env.PARAM_SIZE).toBe('small');
  });

  it('fail a run that nobody could refuse before, which names each', async () => {
    const { start, ...fixture } = await setUp(task => task.exit(0));
    const id = await start({ parameters: { epochs: 1000 } });
    const run = await untilEnded(fixture, id);
    expect(run).toMatchObject({
      status: 'failed',
      parameters: { epochs: 1000 },
    });
    expect(run.reason?.text).toBe(
      "Parameter 'epochs' must be at most 100\nParameter 'size' has no default; give it a value",
    );
  });

  it('make another version of the same commit', async () => {
    const { db, start, ...fixture } = await setUp(task => task.exit(0));
    const versions: Array<number | undefined> = [];
    for (const size of ['small', 'large', 'small']) {
      const id = await start({ parameters: { size } });
      versions.push((await untilEnded(fixture, id)).version);
    }
    expect(versions).toEqual([1, 2, 1]);
    const { pipelineRef } = (await fixture.runs.list({ limit: 1 })).items[0];
    expect(await listVersions(db, { pipelineRef, limit: 5 })).toHaveLength(2);
  });

  it('are not lost to a push of the same commit, which has none', async () => {
    const { runs, start } = await setUp(task => task.exit(0));
    const pushed = await start({ trigger: 'push' });
    const asked = await start({
      trigger: 'template',
      parameters: { size: 'small' },
    });
    expect(asked).not.toBe(pushed);
    expect(await start({ trigger: 'push' })).toBe(asked);
    expect((await runs.get(asked)).parameters).toEqual({ size: 'small' });
  });
});
