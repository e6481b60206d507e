import { spawnSync } from 'node:child_process';
import { InputError } from '@backstage/errors';
import type { Knex } from 'knex';
import { deferred } from '@model-ci/backstage-plugin-model-ci-node';
import type { AttemptRow } from '../database/tables/runs';
import { createTestDatabases } from '../database/testDatabase';
import { mintReplicaId } from './replica';
import { createEngines, driveUntil, pipelineOf } from './testing/createEngines';
import { FakeExecutor, fakeNode } from './testing/FakeExecutor';

const databases = createTestDatabases();

/** The id of a replica on this machine whose process has ended. */
function deadReplica(): string {
  const { pid } = spawnSync(process.execPath, ['--version']);
  return JSON.stringify({ ...JSON.parse(mintReplicaId()), pid });
}

async function logSize(db: Knex): Promise<number> {
  const row = await db<AttemptRow>('attempts').first('log_size');
  return Number(row?.log_size ?? 0);
}

describe.each(databases.ids)('Recovery on %s', databaseId => {
  async function setUp(...stages: string[]) {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({ script: () => {} });
    const fixture = createEngines(db, {
      files: pipelineOf(...stages),
      executors: [executor],
    });
    return { db, executor, ...fixture };
  }

  it('re-attaches after a kill: nothing runs twice, no byte is lost or doubled', async () => {
    const { db, executor, createEngine, start, runs, engine } = await setUp(
      'a: { run: a }',
    );
    const killed = createEngine({}, deadReplica());
    const id = await start();
    await driveUntil(killed, () => executor.tasks.size === 1);
    const task = await executor.started('a');
    task.write('1\n2\n');
    await driveUntil(killed, async () => (await logSize(db)) === 4);

    // The lease still holds, but its holder is known to be dead.
    expect(await engine.rescueOnce()).toBe(1);
    expect(await engine.rescueOnce()).toBe(0);
    task.write('3\n4\n');
    task.exit(0);
    await engine.settled();
    // The zombie has lost its ticket, and left everything alone.
    await killed.settled();

    const run = await runs.get(id);
    expect(run).toMatchObject({
      status: 'succeeded',
      stages: [{ attempts: [{ number: 1, logSize: 8 }] }],
    });
    expect(task.submissions).toBe(1);
    expect(task.cancels).toEqual([]);
    const log = await runs.readLog(id, 'a', {});
    expect(log.data.toString()).toBe('1\n2\n3\n4\n');
    expect(
      run.history.filter(({ subject }) => subject === 'attempt'),
    ).toHaveLength(3);
  });

  it('submits again where the handle was never stored, and still runs once', async () => {
    const { db, executor, createEngine, start, runs, engine } = await setUp(
      'a: { run: a }',
    );
    const killed = createEngine({}, deadReplica());
    const id = await start();
    await driveUntil(killed, () => executor.tasks.size === 1);
    const stored = async () =>
      (await db<AttemptRow>('attempts').first('handle'))?.handle !== null;
    await driveUntil(killed, stored);
    await db<AttemptRow>('attempts').update({ handle: null });
    await engine.rescueOnce();
    await driveUntil(engine, stored);
    const task = await executor.started('a');
    expect(executor.tasks.size).toBe(1);
    expect(task.submissions).toBe(2);
    task.exit(0);
    await engine.settled();
    expect((await runs.get(id)).status).toBe('succeeded');
  });

  it('takes over when a lease has expired, and not before', async () => {
    const { executor, createEngine, start, runs, engine } = await setUp(
      'a: { run: a }',
    );
    const lasting = createEngine();
    const id = await start();
    await driveUntil(lasting, () => executor.tasks.size === 1);
    expect(await engine.rescueOnce()).toBe(0);
    expect(await lasting.renewOnce()).toBe(1);

    await createEngine().stop();
    expect(await engine.rescueOnce()).toBe(0);
    await lasting.stop();
    expect(await engine.rescueOnce()).toBe(1);
    (await executor.started('a')).exit(0);
    await engine.settled();
    expect((await runs.get(id)).status).toBe('succeeded');
  });

  it('lets go of what it has lost when it renews', async () => {
    const { db, executor, createEngine, start, engine } = await setUp(
      'a: { run: a }',
    );
    const slow = createEngine({ leaseDurationMs: 0 });
    await start();
    await driveUntil(slow, () => executor.tasks.size === 1);
    while ((await engine.rescueOnce()) === 0) {
      // The clock has to move by a millisecond.
      await new Promise(resolve => setImmediate(resolve));
    }
    expect(await slow.renewOnce()).toBe(0);
    await slow.settled();
    const row = await db<AttemptRow>('attempts').first();
    expect(row).toMatchObject({ status: 'running', holder: engine.replicaId });
    (await executor.started('a')).exit(0);
    await engine.settled();
  });

  it('prepares a run again whose preparation died', async () => {
    const { db, start, runs, engine } = await setUp('a: { run: a }');
    const id = await start();
    await db('runs').update({
      ticket: 'of-the-dead',
      holder: deadReplica(),
      lease_expires_at: '2999-01-01T00:00:00.000Z',
    });
    expect(await engine.prepareOnce()).toBe(0);
    await engine.rescueOnce();
    expect(await engine.prepareOnce()).toBe(1);
    await engine.settled();
    expect((await runs.get(id)).status).toBe('running');
  });

  it('enforces a deadline and a cancellation that the predecessor did not see', async () => {
    const { db, executor, createEngine, start, runs, engine } = await setUp(
      'a: { run: a }',
    );
    const killed = createEngine({}, deadReplica());
    const first = await start();
    await driveUntil(killed, async () => {
      // The deadline is stored with it, and must not be any more after this.
      return typeof (await db('attempts').first('handle'))?.handle === 'string';
    });
    await db<AttemptRow>('attempts').update({
      deadline_at: '2020-01-01T00:00:00.000Z',
    });
    await engine.rescueOnce();
    await driveUntil(engine, async () => {
      return (await runs.get(first)).status === 'failed';
    });

    const second = await start();
    const dies = createEngine({}, deadReplica());
    await driveUntil(dies, () => executor.tasks.size === 2);
    await runs.cancel(second, 'user:default/a');
    await engine.rescueOnce();
    await driveUntil(engine, async () => {
      return (await runs.get(second)).status === 'cancelled';
    });
    expect([...executor.tasks.values()].map(({ cancels }) => cancels)).toEqual([
      ['timeout'],
      ['cancelled'],
    ]);
  });

  it('withdraws what starts only after its attempt was given up by a new holder', async () => {
    const { executor, createEngine, start, runs, engine } = await setUp(
      'a: { run: a, retry: { platform: 0 } }',
    );
    const slow = createEngine({}, deadReplica());
    const submit = executor.submit.bind(executor);
    const gate = deferred();
    const entered = deferred();
    jest.spyOn(executor, 'submit').mockImplementationOnce(async spec => {
      entered.resolve();
      await gate.promise;
      return await submit(spec);
    });
    const id = await start();
    let inside = false;
    void entered.promise.then(() => {
      inside = true;
    });
    await driveUntil(slow, () => inside);

    executor.failures.submit.push(new InputError('There is no image a:1'));
    await engine.rescueOnce();
    await engine.settled();
    expect((await runs.get(id)).status).toBe('failed');
    expect(executor.tasks.size).toBe(0);

    gate.resolve();
    await slow.settled();
    expect(executor.tasksOf('a')).toMatchObject([
      { submissions: 1, withdrawals: 1, outcome: { type: 'lost' } },
    ]);
    expect((await runs.get(id)).stages[0].attempts).toHaveLength(1);
  });

  it('cleans up what a dead holder left behind', async () => {
    const { db, executor, start, runs, createEngine } = await setUp(
      'a: { run: a }',
    );
    const engine = createEngine({ leaseDurationMs: 0 });
    const id = await start();
    await driveUntil(engine, () => executor.tasks.size === 1);
    const task = await executor.started('a');
    task.write('log\n');
    task.exit(0);
    await engine.settled();
    const { log_digest: digest } = (await db<AttemptRow>('attempts').first())!;
    expect(digest).not.toBeNull();
    // As if the process had died between the end and the clean-up, after it compacted the log.
    await db<AttemptRow>('attempts').update({ cleaned_at: null });
    expect(await engine.cleanOnce()).toBe(1);
    expect(await engine.cleanOnce()).toBe(0);
    expect(task.cleanups).toBe(2);
    expect((await runs.readLog(id, 'a', {})).data.toString()).toBe('log\n');
  });

  it('neither overbooks a node nor claims twice when replicas claim at once', async () => {
    // More than one claim looks at in one page: otherwise the row locks alone would keep the others out.
    const stages = Array.from(
      { length: 60 },
      (_, index) => `s${index}: { run: a }`,
    );
    const { db, executor, start, createEngine } = await setUp(...stages);
    executor.nodes = [
      fakeNode('one', { cpus: 12 }),
      fakeNode('two', { cpus: 8 }),
    ];
    const engines = Array.from({ length: 8 }, () => createEngine());
    await start();
    await engines[0].prepareOnce();
    await engines[0].settled();
    await Promise.all(engines.map(engine => engine.refreshNodesOnce()));

    const tickets = new Set<string | null>();
    const isRunning = { status: 'running' } as const;
    const claimed = await Promise.all(
      engines.map(engine => engine.claimOnce()),
    );
    expect(claimed.reduce((sum, count) => sum + count, 0)).toBe(20);
    const hasEnded = async () => !(await db('runs').where(isRunning).first());
    // From here on, the ends of some claim the next ones.
    while (!(await hasEnded())) {
      const attempts = await db<AttemptRow>('attempts').where(isRunning);
      const on = (node: string) =>
        attempts.filter(attempt => attempt.node === node).length;
      expect(on('one')).toBeLessThanOrEqual(12);
      expect(on('two')).toBeLessThanOrEqual(8);
      attempts.forEach(({ ticket }) => tickets.add(ticket));
      await Promise.all(engines.map(engine => engine.claimOnce()));
      await new Promise(resolve => setImmediate(resolve));
      attempts.forEach(({ id }) => executor.tasks.get(id)?.exit(0));
    }
    await Promise.all(engines.map(engine => engine.settled()));
    expect(tickets.size).toBe(60);
    expect(executor.tasks.size).toBe(60);
    for (const task of executor.tasks.values()) {
      expect(task.submissions).toBe(1);
    }
    expect(await db('runs').first()).toMatchObject({ status: 'succeeded' });
  });

  it('moves a run on correctly when its stages end at once on several replicas', async () => {
    const { db, executor, start, createEngine } = await setUp(
      'a: { run: a }',
      'b: { run: a }',
      'c: { run: a }',
      'd: { run: a }',
      'last: { run: a, needs: [a, b, c, d] }',
    );
    executor.nodes = [
      fakeNode('one', { cpus: 2 }),
      fakeNode('two', { cpus: 2 }),
    ];
    const engines = [createEngine(), createEngine()];
    await Promise.all(engines.map(engine => engine.refreshNodesOnce()));
    await start();
    await engines[0].prepareOnce();
    await engines[0].settled();
    await Promise.all(engines.map(engine => engine.claimOnce()));
    await driveUntil(engines[0], () => executor.tasks.size === 4);
    executor.tasks.forEach(task => task.exit(0));
    await driveUntil(engines[1], () => executor.tasks.size === 5);
    expect(executor.tasksOf('last')).toHaveLength(1);
    executor.tasks.forEach(task => task.exit(0));
    await Promise.all(engines.map(engine => engine.settled()));
    expect(await db('runs').first()).toMatchObject({ status: 'succeeded' });
  });
});
