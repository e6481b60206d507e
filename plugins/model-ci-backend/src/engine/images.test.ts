import { createTestDatabases } from '../database/testDatabase';
import { createEngines, driveUntil, pipelineOf } from './testing/createEngines';
import { FakeExecutor } from './testing/FakeExecutor';

const databases = createTestDatabases();
const IMAGE = {
  id: `sha256:${'1'.repeat(64)}`,
  reference: `registry.example/python@sha256:${'2'.repeat(64)}`,
};

describe.each(databases.ids)('The image of an attempt on %s', databaseId => {
  async function runWith(imageOf: () => Promise<typeof IMAGE | undefined>) {
    const executor = Object.assign(new FakeExecutor(), { imageOf });
    const fixture = createEngines(await databases.init(databaseId), {
      files: pipelineOf('a: { run: a }'),
      executors: [executor],
    });
    const id = await fixture.start();
    await fixture.engine.prepareOnce();
    await driveUntil(
      fixture.engine,
      async () => (await fixture.runs.get(id)).finishedAt !== undefined,
    );
    await fixture.engine.settled();
    return await fixture.runs.get(id);
  }

  it('is kept as its executor reports it', async () => {
    const run = await runWith(async () => IMAGE);
    expect(run.stages[0].attempts).toMatchObject([{ image: IMAGE }]);
  });

  it('fails no attempt where it cannot be known', async () => {
    const run = await runWith(async () => {
      throw new Error('the engine is away');
    });
    expect(run.status).toBe('succeeded');
    expect(run.stages[0].attempts[0]).not.toHaveProperty('image');
  });
});
