import type { AttemptRow } from '../database/tables/runs';
import { createTestDatabases } from '../database/testDatabase';
import {
  createEngines,
  driveUntil,
  pipelineOf,
  type EngineFixture,
} from './testing/createEngines';
import { FakeExecutor, fakeNode } from './testing/FakeExecutor';

const databases = createTestDatabases();
const ADMIN = 'user:default/admin';

describe.each(databases.ids)('An attempt that has ended on %s', databaseId => {
  /** A run whose one stage has ended while the store is away. */
  async function setUp() {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({
      nodes: [fakeNode('local', { cpus: 1 })],
      script: task => {
        task.files.model = 'weights';
        task.exit(0);
      },
    });
    const fixture = createEngines(db, {
      files: pipelineOf(
        'a: { run: a, retry: { platform: 2 }, artifacts: { model: model } }',
      ),
      executors: [executor],
      config: { executorRetries: 1, collectRetryMaxMs: 20 },
    });
    const write = fixture.store.write.bind(fixture.store);
    const outage = { isOn: false };
    fixture.store.write = async content => {
      if (outage.isOn) {
        content.destroy();
        throw new Error('disk full');
      }
      return await write(content);
    };
    const id = await fixture.start();
    await fixture.engine.prepareOnce();
    await fixture.engine.settled();
    outage.isOn = true;
    const isCollecting = async () => (await attemptOf(fixture, id)).phase?.type;
    await driveUntil(
      fixture.engine,
      async () => (await isCollecting()) === 'collecting',
    );
    return { ...fixture, db, executor, outage, id };
  }

  async function attemptOf({ runs }: EngineFixture, id: string) {
    const [stage] = (await runs.get(id)).stages;
    return stage.attempts[0] ?? {};
  }

  async function ended(
    fixture: EngineFixture,
    id: string,
    by = fixture.engine,
  ) {
    await driveUntil(
      by,
      async () => (await fixture.runs.get(id)).finishedAt !== undefined,
    );
    await by.settled();
    return await fixture.runs.get(id);
  }

  it('waits for the store as long as that takes, and holds no node meanwhile', async () => {
    const fixture = await setUp();
    const { nodes, executor, outage, id } = fixture;
    expect(await attemptOf(fixture, id)).toMatchObject({
      status: 'running',
      phase: {
        type: 'collecting',
        reason: {
          text: 'The attempt has ended; its results are being collected: disk full',
        },
        nextTryAt: expect.any(String),
        since: expect.any(String),
      },
    });
    expect(await nodes.list()).toMatchObject([{ reserved: { cpus: 0 } }]);
    expect(executor.tasksOf('a')[0].cleanups).toBe(0);

    outage.isOn = false;
    const run = await ended(fixture, id);
    expect(run).toMatchObject({
      status: 'succeeded',
      stages: [{ attempts: [{ number: 1, exitCode: 0 }] }],
    });
    expect(run.stages[0].attempts).toHaveLength(1);
    expect(executor.tasks.size).toBe(1);
  });

  it('is collected by the next backend, and not run again', async () => {
    const fixture = await setUp();
    await fixture.engine.stop();
    const next = fixture.createEngine();
    await next.rescueOnce();
    fixture.outage.isOn = false;
    const run = await ended(fixture, fixture.id, next);
    expect(run.status).toBe('succeeded');
    expect(fixture.executor.tasksOf('a')[0].submissions).toBe(1);
  });

  it('is run again once its results are gone for good', async () => {
    const fixture = await setUp();
    const { executor, outage, id } = fixture;
    executor.tasksOf('a')[0].isRemoved = true;
    outage.isOn = false;
    const run = await ended(fixture, id);
    expect(run).toMatchObject({
      status: 'succeeded',
      stages: [
        {
          attempts: [
            {
              status: 'errored',
              reason: {
                text: 'The attempt has ended, but what it left was lost before it was stored: Its machine burnt down',
              },
            },
            { status: 'succeeded' },
          ],
        },
      ],
    });
    expect(executor.tasksOf('a')[0].cleanups).toBe(1);
  });

  it('has failed where its command has, though its results are gone for good', async () => {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({
      script: task => {
        task.isRemoved = true;
        task.exit(4);
      },
    });
    const fixture = createEngines(db, {
      files: pipelineOf('a: { run: a, reports: { metrics: m.json } }'),
      executors: [executor],
    });
    const run = await ended(fixture, await fixture.start());
    expect(run).toMatchObject({
      status: 'failed',
      stages: [
        {
          reason: { text: expect.stringContaining('Its machine burnt down') },
          attempts: [{ status: 'failed', exitCode: 4 }],
        },
      ],
    });
    expect(run.stages[0].attempts).toHaveLength(1);
  });

  it('can be given up, which is recorded and starts no other attempt', async () => {
    const fixture = await setUp();
    const { runs, id, outage } = fixture;
    const attempt = await attemptOf(fixture, id);
    await runs.giveUp(id, attempt.id, { by: ADMIN, reason: 'no disk today' });
    await fixture.engine.cancelOnce();
    outage.isOn = false;
    const run = await ended(fixture, id);
    const reason = expect.objectContaining({
      text: `The results of the attempt could not be stored and were given up by ${ADMIN}: no disk today`,
    });
    expect(run).toMatchObject({
      status: 'errored',
      stages: [{ status: 'errored', reason, attempts: [{ exitCode: 0 }] }],
    });
    expect(run.stages[0].attempts).toHaveLength(1);
    expect(run.history).toContainEqual(
      expect.objectContaining({ subject: 'attempt', by: ADMIN, reason }),
    );
    await expect(
      runs.giveUp(id, attempt.id, { by: ADMIN, reason: 'again' }),
    ).rejects.toThrow(/is 'errored'; only one whose results are being/);
  });

  it('is cancelled with its run', async () => {
    const fixture = await setUp();
    await fixture.runs.cancel(fixture.id, ADMIN);
    await fixture.engine.cancelOnce();
    fixture.outage.isOn = false;
    const run = await ended(fixture, fixture.id);
    expect(run.stages[0]).toMatchObject({
      status: 'cancelled',
      reason: {
        text: 'The attempt was cancelled while its results were being collected.',
      },
    });
  });

  it('keeps its log until that can be read', async () => {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({
      script: task => {
        task.write('all of it\n');
        task.exit(0);
      },
    });
    executor.failures.readLogs.push(
      ...Array.from({ length: 8 }, () => new Error('reset')),
    );
    const fixture = createEngines(db, {
      files: pipelineOf('a: { run: a }'),
      executors: [executor],
      config: { executorRetries: 1 },
    });
    const run = await ended(fixture, await fixture.start());
    expect(run.status).toBe('succeeded');
    const log = await fixture.runs.readLog(run.id, 'a', {});
    expect(log.data.toString()).toBe('all of it\n');
    expect(executor.tasks.size).toBe(1);
  });
});

describe.each(databases.ids)('What nobody can end on %s', databaseId => {
  async function setUp(config = {}) {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({ script: () => {} });
    const fixture = createEngines(db, {
      files: pipelineOf('a: { run: a }', 'b: { run: b }'),
      executors: [executor],
      config,
    });
    const id = await fixture.start();
    await driveUntil(fixture.engine, () => executor.tasks.size === 2);
    return { ...fixture, db, executor, id };
  }

  it('is declared lost, whatever became of its executor', async () => {
    const { runs, engine, id, db } = await setUp();
    await engine.stop();
    await db<AttemptRow>('attempts').update({ executor: 'gone', node: 'gone' });
    const before = await runs.get(id);
    for (const { attempts } of before.stages) {
      await runs.declareLost(attempts[0].id, { by: ADMIN, reason: 'burnt' });
    }
    const run = await runs.get(id);
    expect(run).toMatchObject({
      status: 'errored',
      stages: [
        {
          status: 'errored',
          reason: { text: `The attempt was declared lost by ${ADMIN}: burnt` },
        },
        { status: 'errored' },
      ],
    });
    expect(
      run.history.filter(({ by, to }) => by === ADMIN && to === 'errored'),
    ).toHaveLength(4);
    await expect(
      runs.declareLost(before.stages[0].attempts[0].id, {
        by: ADMIN,
        reason: 'again',
      }),
    ).rejects.toThrow(/is 'errored'; only a 'queued' or 'running' one/);
  });

  it('has its holder let go when it is declared lost', async () => {
    const { runs, engine, executor, id } = await setUp();
    const { stages } = await runs.get(id);
    await runs.declareLost(stages[0].attempts[0].id, {
      by: ADMIN,
      reason: 'x',
    });
    await engine.renewOnce();
    executor.tasksOf('b')[0].exit(0);
    await driveUntil(
      engine,
      async () => (await runs.get(id)).finishedAt !== undefined,
    );
    await engine.settled();
    expect((await runs.get(id)).status).toBe('errored');
  });

  it('is given up after it was taken over too often, and keeps nothing else back', async () => {
    const { runs, engine, createEngine, id, db } = await setUp();
    await engine.stop();
    const [poisoned] = (await runs.get(id)).stages;
    await db<AttemptRow>('attempts')
      .where({ id: poisoned.attempts[0].id })
      .update({ handle: 'no JSON' });
    for (let times = 0; times < 3; times++) {
      const next = createEngine({ maxRescues: 2 });
      await next.rescueOnce();
      await driveUntil(next, () => !next.holds(poisoned.attempts[0].id));
      await next.renewOnce();
      await next.stop();
    }
    const { stages } = await runs.get(id);
    expect(stages[0]).toMatchObject({
      status: 'errored',
      reason: { text: expect.stringContaining('taken over 2 times') },
    });
    expect(stages[0].attempts).toHaveLength(1);
    expect(stages[1].status).toBe('running');
  });

  it('forgets how often it was taken over once it gets on', async () => {
    const { engine, createEngine, runs, executor, id } = await setUp();
    await engine.stop();
    for (let times = 0; times < 4; times++) {
      const next = createEngine({ maxRescues: 2 });
      await next.rescueOnce();
      await next.renewOnce();
      await next.stop();
    }
    const last = createEngine();
    await last.rescueOnce();
    executor.tasks.forEach(task => task.exit(0));
    await driveUntil(
      last,
      async () => (await runs.get(id)).finishedAt !== undefined,
    );
    expect((await runs.get(id)).status).toBe('succeeded');
  });

  it('is left to the replicas that reach its node', async () => {
    const { engine, createEngine, executor, runs, id } = await setUp();
    await engine.stop();
    executor.nodes = [fakeNode('other-machine')];
    const stranger = createEngine();
    expect(await stranger.rescueOnce()).toBe(0);
    executor.tasks.forEach(task => task.exit(0));
    executor.nodes = [fakeNode('local')];
    const neighbour = createEngine();
    expect(await neighbour.rescueOnce()).toBe(2);
    await neighbour.settled();
    expect((await runs.get(id)).status).toBe('succeeded');
  });

  it('does not keep the queue from moving', async () => {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor();
    const { engine, runs, start } = createEngines(db, {
      files: pipelineOf('a: { run: a }', 'b: { run: b }'),
      executors: [executor],
    });
    const id = await start();
    await engine.prepareOnce();
    await engine.settled();
    const [{ attempts }] = (await runs.get(id)).stages;
    await db<AttemptRow>('attempts')
      .where({ id: attempts[0].id })
      .update({ node_selector: 'no JSON' });
    await driveUntil(
      engine,
      async () => (await runs.get(id)).stages[1].status === 'succeeded',
    );
    expect((await runs.get(id)).stages[0]).toMatchObject({
      status: 'queued',
      waitingFor: { text: expect.stringContaining('cannot be read') },
    });
    await engine.settled();
  });
});

describe.each(databases.ids)('What follows a commit on %s', databaseId => {
  it('may fail without the commit looking as if it had failed', async () => {
    const db = await databases.init(databaseId);
    const fixture = createEngines(db, {
      files: pipelineOf('a: { run: a }', 'b: { run: b, needs: [a] }'),
      onChange: () => {
        throw new Error('nobody listens');
      },
    });
    const id = await fixture.start();
    await driveUntil(
      fixture.engine,
      async () => (await fixture.runs.get(id)).finishedAt !== undefined,
    );
    await fixture.engine.settled();
    const run = await fixture.runs.get(id);
    expect(run.status).toBe('succeeded');
    expect(run.stages.map(({ attempts }) => attempts.length)).toEqual([1, 1]);
  });

  it('is when what a run read is remembered, because a transaction may be rolled back', async () => {
    const db = await databases.init(databaseId);
    const { engine, runs, start } = createEngines(db, {
      files: pipelineOf('a: { run: a }'),
    });
    const id = await start();
    const { context } = engine;
    await engine.prepareOnce();
    await engine.settled();
    let seen: string | undefined;
    await db
      .transaction(async tx => {
        await tx('runs')
          .where({ id })
          .update({ commit: 'b'.repeat(40) });
        seen = (await context.findRunContent(tx, id))?.commit;
        throw new Error('rolled back');
      })
      .catch(() => {});
    expect(seen).toBe('b'.repeat(40));
    const { commit } = await runs.get(id);
    expect((await context.findRunContent(db, id))?.commit).toBe(commit);
  });
});
