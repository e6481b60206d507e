import { createTestDatabases } from '../database/testDatabase';
import { RunContents } from './RunContents';
import { countWork } from './testing/countWork';
import { createEngines, pipelineOf } from './testing/createEngines';

const databases = createTestDatabases();

describe.each(databases.ids)('RunContents on %s', databaseId => {
  async function setUp() {
    const db = await databases.init(databaseId);
    const fixture = createEngines(db, { files: pipelineOf('a: { run: a }') });
    const id = await fixture.start();
    return { db, id, ...fixture };
  }

  it('reads a run once for all attempts that begin together', async () => {
    const { db, id, engine } = await setUp();
    await engine.prepareOnce();
    await engine.settled();
    const one = await countWork(db, () => new RunContents().load(db, id));
    const contents = new RunContents();
    const many = await countWork(db, () =>
      Promise.all(Array.from({ length: 20 }, () => contents.load(db, id))),
    );
    expect(many).toEqual(one);
    expect((await contents.load(db, id))?.definition.stages.a.script).toBe('a');
  });

  it('reads a run again that was not prepared before, and keeps nothing of a transaction', async () => {
    const { db, id, engine } = await setUp();
    const contents = new RunContents();
    expect(await contents.load(db, id)).toBeUndefined();
    await engine.prepareOnce();
    await engine.settled();
    await db.transaction(tx => contents.load(tx, id));
    const after = await countWork(db, () => contents.load(db, id));
    expect(after.queries).toBeGreaterThan(0);
  });
});
