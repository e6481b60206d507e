import { Readable } from 'node:stream';
import type { Knex } from 'knex';
import type { AttemptRow, LogChunkRow } from '../database/tables/runs';
import { createTestDatabases } from '../database/testDatabase';
import {
  createEngines,
  driveUntil,
  pipelineOf,
} from '../engine/testing/createEngines';
import { FakeExecutor } from '../engine/testing/FakeExecutor';
import { LogReader } from './LogReader';
import { LogSignal } from './LogSignal';

const databases = createTestDatabases();

describe.each(databases.ids)('Following logs on %s', databaseId => {
  /** A stage under way, and readers of another replica, which hears nothing of what is stored. */
  async function setUp() {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({ script: () => {} });
    const { engine, start, store } = createEngines(db, {
      files: pipelineOf('a: { run: a }'),
      executors: [executor],
    });
    const runId = await start();
    await driveUntil(engine, () => executor.tasks.size === 1);
    const { id } = (await db<AttemptRow>('attempts').first())!;
    const signal = new LogSignal();
    const reader = new LogReader({ db, store, signal });
    return { db, engine, executor, id, reader, runId, signal };
  }

  async function append(db: Knex, attemptId: string, text: string) {
    const data = Buffer.from(text);
    const { log_size } = (await db<AttemptRow>('attempts').first())!;
    const start = Number(log_size);
    await db<LogChunkRow>('log_chunks').insert({
      attempt_id: attemptId,
      start,
      size: data.length,
      data,
    });
    await db<AttemptRow>('attempts').update({ log_size: start + data.length });
  }

  it('reads once what two thousand followers wait for', async () => {
    const { db, engine, executor, id, reader, runId, signal } = await setUp();
    const leaving = new AbortController();
    const followers = Array.from({ length: 2_000 }, () =>
      reader
        .follow({ runId, stage: 'a' }, { offset: 0, signal: leaving.signal })
        [Symbol.asyncIterator](),
    );
    const first = followers.map(follower => follower.next());
    await append(db, id, 'one\n');
    signal.notify(id);
    for (const { value } of await Promise.all(first)) {
      expect(value).toMatchObject({ offset: 0, data: Buffer.from('one\n') });
    }

    const second = followers.map(follower => follower.next());
    await new Promise(resolve => setImmediate(resolve));
    const queries: string[] = [];
    const count = ({ sql }: { sql: string }) => queries.push(sql);
    await append(db, id, 'two\n');
    db.on('query', count);
    signal.notify(id);
    for (const { value } of await Promise.all(second)) {
      expect(value).toMatchObject({ offset: 4, data: Buffer.from('two\n') });
    }
    db.off('query', count);
    // What is new, the attempt, its chunks; and a look at intervals may come in between.
    expect(queries.length).toBeLessThanOrEqual(6);

    const third = followers.map(follower => follower.next());
    leaving.abort();
    for (const { done } of await Promise.all(third)) {
      expect(done).toBe(true);
    }
    expect(reader.followedLogs).toBe(0);
    (await executor.started('a')).exit(0);
    await engine.settled();
  });

  it('sees what another replica has stored, and its end', async () => {
    const { engine, executor, reader, runId } = await setUp();
    const followed = Readable.from(
      reader.follow(
        { runId, stage: 'a' },
        { signal: new AbortController().signal },
      ),
    ).toArray();
    const task = await executor.started('a');
    task.write('one\n');
    task.write('two\n');
    task.exit(0);
    await engine.settled();
    const slices: Array<{ data: Buffer }> = await followed;
    expect(Buffer.concat(slices.map(({ data }) => data)).toString()).toBe(
      'one\ntwo\n',
    );
    expect(reader.followedLogs).toBe(0);
  });
});
