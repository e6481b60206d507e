import { contentsOf } from '../evaluations/delivered';
import { createTestDatabases } from '../database/testDatabase';
import { createEngines, driveUntil, pipelineOf } from './testing/createEngines';
import { FakeExecutor } from './testing/FakeExecutor';

const databases = createTestDatabases();
const FILES = pipelineOf(
  'build: { run: b, artifacts: { deps: deps.txt } }',
  'train: { needs: [build], run: t, artifacts: { model: model.txt } }',
  'all: { needs: [train], run: a }',
  'one: { needs: [train], dependencies: [train], run: o }',
  'none: { needs: [train], dependencies: [], run: n }',
);

describe.each(databases.ids)('Dependencies on %s', databaseId => {
  it('decide whose artifacts lie in the workspace of a stage', async () => {
    const executor = new FakeExecutor({
      script: task => {
        task.files['deps.txt'] = 'packages';
        task.files['model.txt'] = 'weights';
        task.exit(0);
      },
    });
    const { engine, runs, start } = createEngines(
      await databases.init(databaseId),
      { files: FILES, executors: [executor] },
    );
    const id = await start();
    await driveUntil(
      engine,
      async () => (await runs.get(id)).finishedAt !== undefined,
    );
    await engine.settled();
    expect((await runs.get(id)).status).toBe('succeeded');
    const givenTo = async (stage: string) => {
      const [task] = executor.tasksOf(stage);
      const names: string[] = [];
      for (const part of task.spec.workspace.slice(1)) {
        names.push(...(await contentsOf(await part.open())).keys());
      }
      return names;
    };
    expect(await givenTo('all')).toEqual(['deps.txt', 'model.txt']);
    expect(await givenTo('one')).toEqual(['model.txt']);
    expect(await givenTo('none')).toEqual([]);
  });
});
