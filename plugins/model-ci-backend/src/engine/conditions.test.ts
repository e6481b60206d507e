import { createTestDatabases } from '../database/testDatabase';
import type { FakeTask } from './testing/FakeExecutor';
import { startStages, train, untilEnded } from './testing/trainStages';

const databases = createTestDatabases();
const ELSEWHERE = "when: { branches: ['release/*'] }";

describe.each(databases.ids)('Stages with conditions on %s', databaseId => {
  const setUp = async (
    stages: Record<string, string[]>,
    script: (task: FakeTask) => void = task => task.exit(0),
  ) => await startStages(await databases.init(databaseId), stages, script);

  it('are skipped on other branches, with their instances, and let pass those that need nothing of them', async () => {
    const { executor, id, ...fixture } = await setUp({
      deploy: ['run: x', ELSEWHERE, 'matrix: { site: [1, 2] }'],
      notify: ['run: y', 'needs: [deploy]'],
    });
    const run = await untilEnded(fixture, id);
    expect(run).toMatchObject({ status: 'succeeded', version: 1 });
    const [deploy, notify] = run.stages;
    expect(deploy).toMatchObject({
      status: 'skipped',
      reason: {
        code: 'stage.notOnBranch',
        parameters: { branches: ['release/*'], branch: 'main' },
      },
      instances: [{ status: 'skipped' }, { status: 'skipped' }],
    });
    expect(notify.status).toBe('succeeded');
    expect(executor.tasksOf('deploy')).toEqual([]);
  });

  it('skip those that work on what they make, and then there is no version', async () => {
    const { id, ...fixture } = await setUp({
      train: ['run: x', 'artifacts: { model: model }', ELSEWHERE],
      evaluate: ['run: y', 'needs: [train]'],
      lint: ['run: z'],
    });
    const run = await untilEnded(fixture, id);
    expect(run.version).toBeUndefined();
    expect(run.status).toBe('succeeded');
    expect(run.reason).toMatchObject({
      code: 'run.withoutVersion',
      parameters: { stages: ['train'] },
    });
    expect(run.stages[1]).toMatchObject({
      status: 'skipped',
      reason: { code: 'stage.needsLeftOut', parameters: { stage: 'train' } },
    });
  });

  it('clean up after a failure, and not after the retry that succeeds', async () => {
    let exitCode = 1;
    const { executor, id, ...fixture } = await setUp(
      {
        train: ['run: x'],
        evaluate: ['run: y', 'needs: [train]'],
        report: ['run: r', 'needs: [evaluate]', 'when: { needs: failed }'],
        clean: ['run: c', 'needs: [evaluate]', 'when: { needs: always }'],
      },
      task => task.exit(task.spec.stage === 'train' ? exitCode : 0),
    );
    const statuses = async () =>
      (await untilEnded(fixture, id)).stages.map(({ status }) => status);
    expect(await statuses()).toEqual([
      'failed',
      'skipped',
      'succeeded',
      'succeeded',
    ]);
    expect((await fixture.runs.get(id)).status).toBe('failed');
    exitCode = 0;
    await fixture.runs.retry(id, { by: 'user:default/ann' });
    expect(await statuses()).toEqual([
      'succeeded',
      'succeeded',
      'skipped',
      'succeeded',
    ]);
    const run = await fixture.runs.get(id);
    expect(run).toMatchObject({ status: 'succeeded', version: 1 });
    expect(run.stages[2].reason?.code).toBe('stage.nothingFailed');
    expect(executor.tasksOf('clean')).toHaveLength(2);
  });

  it('can be retried from behind one that was left out', async () => {
    let exitCode = 1;
    const { id, ...fixture } = await setUp(
      {
        prepare: ['run: x', ELSEWHERE],
        train: ['run: y', 'needs: [prepare]'],
      },
      task => task.exit(exitCode),
    );
    expect(await untilEnded(fixture, id)).toMatchObject({ status: 'failed' });
    exitCode = 0;
    await fixture.runs.retry(id, { from: 'train', by: 'user:default/ann' });
    expect(await untilEnded(fixture, id)).toMatchObject({
      status: 'succeeded',
    });
  });

  it('end a run as skipped where none of them ran', async () => {
    const { id, ...fixture } = await setUp({ train: ['run: x', ELSEWHERE] });
    const run = await untilEnded(fixture, id);
    expect(run).toMatchObject({
      status: 'skipped',
      reason: { code: 'run.nothingRan' },
    });
    expect(run.version).toBeUndefined();
  });

  it('look at the files that the change touched', async () => {
    const { start, ...fixture } = await setUp(
      {
        train: ['run: x', 'when: { paths: [src/**, data/] }'],
        docs: ['run: y', "when: { paths: ['/docs/'] }"],
      },
      train,
    );
    const id = await start({
      changedPaths: { folder: 'models/a', paths: ['models/a/src/train.py'] },
    });
    const run = await untilEnded(fixture, id);
    expect(run.stages.map(({ status }) => status)).toEqual([
      'succeeded',
      'skipped',
    ]);
  });
});
