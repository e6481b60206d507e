import { buffer } from 'node:stream/consumers';
import type { Knex } from 'knex';
import { archiveEntries } from '@model-ci/backstage-plugin-model-ci-node';
import { createTestDatabases } from '../database/testDatabase';
import type { StartRunInput } from '../runs/RunService';
import { createEngines, driveUntil, pipelineOf } from './testing/createEngines';
import { FakeExecutor, type FakeTask } from './testing/FakeExecutor';

const databases = createTestDatabases();

const STAGE =
  'build: { run: pip, cache: { wheels: { path: .cache/wheels, key: [lock, pins] } } }';

/** What came along with an attempt, by name. */
async function givenTo({ spec }: FakeTask): Promise<Record<string, string>> {
  const given: Record<string, string> = {};
  for (const part of spec.workspace) {
    for await (const entry of archiveEntries(await part.open())) {
      if (entry.header.type === 'file') {
        given[entry.header.name] = String(await buffer(entry));
      }
    }
  }
  return given;
}

describe.each(databases.ids)('Caches of stages on %s', databaseId => {
  let db: Knex;
  let writes: Record<string, string>;
  let exitCode: number;

  beforeEach(async () => {
    db = await databases.init(databaseId);
    writes = { '.cache/wheels/a.whl': 'first' };
    exitCode = 0;
  });

  function setUp(...stages: string[]) {
    const executor = new FakeExecutor({
      script: task => {
        Object.assign(task.files, writes);
        task.exit(exitCode);
      },
    });
    const fixture = createEngines(db, {
      files: {
        ...pipelineOf(...(stages.length > 0 ? stages : [STAGE])),
        lock: 'a==1',
        'pins/b': 'b==1',
      },
      executors: [executor],
      secrets: {
        giveToAttempt: async () => ({ type: 'given', values: {} }),
        recall: async () => undefined,
      },
    });
    const run = async (input: Partial<StartRunInput> = {}) => {
      const id = await fixture.start(input);
      await driveUntil(
        fixture.engine,
        async () => (await fixture.runs.get(id)).finishedAt !== undefined,
      );
      await fixture.engine.settled();
      return await fixture.runs.get(id);
    };
    return {
      files: fixture.source.files,
      run,
      /** The attempt of a new run. */
      attempt: async (input: Partial<StartRunInput> = {}) => {
        const { number } = await run(input);
        const tasks = executor.tasksOf('build');
        const task = tasks[tasks.length - 1];
        return {
          number,
          given: (await givenTo(task))['.cache/wheels/a.whl'],
          keeps: task.spec.results?.includes('.cache/wheels') ?? false,
          script: task.spec.script,
        };
      },
    };
  }

  it('are given to the next run, and kept anew only for other files', async () => {
    const { attempt, files } = setUp();
    const first = await attempt();
    expect(first).toMatchObject({ given: undefined, keeps: true });
    expect(first.script).toMatch(/^printf .*Cache wheels: nothing was kept/);

    writes = { '.cache/wheels/a.whl': 'second' };
    const again = await attempt();
    expect(again).toMatchObject({ given: 'first', keeps: false });
    expect(again.script).toContain(
      `Cache wheels: what run #${first.number} kept' `,
    );

    files['pins/b'] = 'b==2';
    const changed = await attempt();
    expect(changed).toMatchObject({ given: 'first', keeps: true });
    expect(changed.script).toContain('kept, for other files');
    expect(await attempt()).toMatchObject({ given: 'second', keeps: false });

    files['pins/b'] = 'b==1';
    expect(await attempt()).toMatchObject({ given: 'first', keeps: false });
  });

  it('go from the default branch to others, and never back', async () => {
    const { attempt } = setUp();
    writes = { '.cache/wheels/a.whl': 'of the branch' };
    await attempt({ ref: 'feature' });
    expect(await attempt({ ref: 'feature' })).toMatchObject({
      given: 'of the branch',
      keeps: false,
    });
    expect(await attempt({ ref: 'other' })).toMatchObject({ given: undefined });

    writes = { '.cache/wheels/a.whl': 'of main' };
    expect(await attempt()).toMatchObject({ given: undefined, keeps: true });
    expect(await attempt({ ref: 'new' })).toMatchObject({
      given: 'of main',
      keeps: false,
    });
  });

  it('are given to forks, which keep none', async () => {
    const { attempt } = setUp();
    expect(await attempt({ isUntrusted: true })).toMatchObject({
      keeps: false,
    });
    expect(await attempt()).toMatchObject({ given: undefined, keeps: true });
    expect(await attempt({ isUntrusted: true })).toMatchObject({
      given: 'first',
      keeps: false,
    });
  });

  it('are not given to a fork where secrets were beside them', async () => {
    const { attempt } = setUp();
    await attempt();
    await db('caches').update({ had_secrets: true });
    expect(await attempt({ isUntrusted: true })).toMatchObject({
      given: undefined,
    });
    expect(await attempt()).toMatchObject({ given: 'first' });
  });

  it('are not given to a fork where what they grew from had secrets beside it', async () => {
    const { attempt, files } = setUp();
    await attempt();
    await db('caches').update({ had_secrets: true });
    files['pins/b'] = 'b==2';
    expect(await attempt()).toMatchObject({ given: 'first', keeps: true });
    expect(await attempt({ isUntrusted: true })).toMatchObject({
      given: undefined,
    });
  });

  it('are not given to a fork where what came before their stage had secrets', async () => {
    const { attempt, files } = setUp(
      'fetch: { run: fetch, secrets: [token] }',
      STAGE.replace('run: pip', 'run: pip, needs: [fetch]'),
    );
    expect(await attempt()).toMatchObject({ keeps: true });
    Object.assign(files, pipelineOf(STAGE));
    expect(await attempt({ isUntrusted: true })).toMatchObject({
      given: undefined,
    });
    expect(await attempt()).toMatchObject({ given: 'first' });
  });

  it('are not kept from a stage that failed', async () => {
    const { attempt } = setUp();
    exitCode = 1;
    await attempt();
    exitCode = 0;
    expect(await attempt()).toMatchObject({ given: undefined, keeps: true });
  });

  it('say why they were not kept, and fail nothing', async () => {
    writes = {};
    const { run } = setUp();
    const { status, stages } = await run();
    expect(status).toBe('succeeded');
    expect(stages[0].reason?.text).toBe(
      "Cache 'wheels' (.cache/wheels) was not kept: nothing is there after the command",
    );
  });

  it('are of one place: another path, image or executor has its own', async () => {
    const { attempt, files } = setUp();
    await attempt();
    Object.assign(
      files,
      pipelineOf(STAGE.replace('run: pip', 'run: pip, image: "python:3"')),
    );
    expect(await attempt()).toMatchObject({ given: undefined, keeps: true });
  });

  it('are few: the oldest make room', async () => {
    const { attempt, files } = setUp();
    for (const version of ['1', '2', '3']) {
      files.lock = `a==${version}`;
      writes = { '.cache/wheels/a.whl': version };
      await attempt();
    }
    expect(await db('caches').select('id')).toHaveLength(2);
    files.lock = 'a==1';
    expect(await attempt()).toMatchObject({ given: '3', keeps: true });
  });

  it('need the files that they are kept for', async () => {
    const { run } = setUp(STAGE.replace('pins', 'nowhere'));
    const { status, definitionErrors } = await run();
    expect(status).toBe('failed');
    expect(definitionErrors).toEqual([
      expect.objectContaining({
        path: 'stages.build.cache.wheels.key[1]',
        message: expect.stringContaining("there is no 'nowhere'"),
      }),
    ]);
  });
});
