import { mockServices } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { createTestDatabases } from '../database/testDatabase';
import type { AttemptRow } from '../database/tables/runs';
import type { Engine } from '../engine/Engine';
import {
  createEngines,
  driveUntil,
  pipelineOf,
} from '../engine/testing/createEngines';
import { FakeExecutor } from '../engine/testing/FakeExecutor';
import { LogReader } from '../logs/LogReader';
import { connectReplicas } from './connectReplicas';
import { ReplicaChannel } from './ReplicaChannel';

const databases = createTestDatabases();
/** Longer than any of these tests: whatever happens has been notified. */
const NEVER_MS = 3_600_000;

describe.each(databases.ids.filter(([id]) => id !== 'SQLITE_3'))(
  'Replicas on %s',
  databaseId => {
    const cleanups: Array<() => Promise<void>> = [];
    afterEach(async () => {
      await Promise.all(cleanups.splice(0).map(clean => clean()));
    });

    async function connect(db: Knex, engine: Engine): Promise<ReplicaChannel> {
      const channel = new ReplicaChannel({
        db,
        logger: mockServices.logger.mock(),
      });
      connectReplicas(channel, { engine, deployments: { wake() {} } });
      await channel.checkOnce();
      cleanups.push(() => channel.stop());
      return channel;
    }

    async function setUp() {
      const db = await databases.init(databaseId);
      const executor = new FakeExecutor({ script: () => {} });
      const fixture = createEngines(db, {
        files: pipelineOf('a: { run: a }'),
        executors: [executor],
        config: { pollIntervalMs: NEVER_MS, leaseDurationMs: NEVER_MS },
      });
      const id = await fixture.start();
      await driveUntil(fixture.engine, () => executor.tasks.size === 1);
      return { ...fixture, db, executor, id };
    }

    it('take over what one that stops holds, without waiting for their next look', async () => {
      const { db, engine, executor, id, createEngine, runs } = await setUp();
      const other = createEngine();
      await connect(db, other);
      const channel = await connect(db, engine);
      const looks = jest.spyOn(other, 'rescueOnce');
      await other.start();
      cleanups.push(() => other.stop());
      // It looks as it starts, and once more; the next look is far away.
      while (looks.mock.results.length < 2) {
        await new Promise(resolve => setImmediate(resolve));
      }
      await looks.mock.results[1].value;

      await engine.stop();
      expect(other.holds((await db<AttemptRow>('attempts').first())!.id)).toBe(
        false,
      );
      await channel.send({ type: 'released' });
      const held = async () =>
        (await db<AttemptRow>('attempts').first('holder'))?.holder ===
        other.replicaId;
      while (!(await held())) {
        await new Promise(resolve => setImmediate(resolve));
      }
      (await executor.started('a')).exit(0);
      while ((await runs.get(id)).status !== 'succeeded') {
        await new Promise(resolve => setImmediate(resolve));
      }
      expect((await executor.started('a')).submissions).toBe(1);
    });

    it('clean up what one that stops has ended and not come to', async () => {
      const { db, engine, executor, id, createEngine, runs } = await setUp();
      const other = createEngine();
      await connect(db, other);
      const channel = await connect(db, engine);
      await other.start();
      cleanups.push(() => other.stop());
      // It is stopping, and cleans up nothing any more.
      const task = await executor.started('a');
      const stopped = engine.stop();
      task.exit(0);
      await stopped;
      await channel.send({ type: 'released' });
      const row = async () => (await db<AttemptRow>('attempts').first())!;
      while ((await row()).cleaned_at === null) {
        await new Promise(resolve => setImmediate(resolve));
      }
      expect((await runs.get(id)).status).toBe('succeeded');
    });

    it('wake the followers of a log, who look at nothing meanwhile', async () => {
      const { db, engine, executor, id, createEngine, store } = await setUp();
      const other = createEngine();
      await connect(db, other);
      await connect(db, engine);
      const reader = new LogReader({
        db,
        store,
        signal: other.logSignal,
        lookIntervalMs: NEVER_MS,
      });
      const leaving = new AbortController();
      const followers = Array.from({ length: 100 }, () =>
        reader.follow({ runId: id, stage: 'a' }, { signal: leaving.signal }),
      );
      const task = await executor.started('a');
      const queries: string[] = [];
      db.on('query', ({ sql }: { sql: string }) => queries.push(sql));
      for (const line of ['one\n', 'two\n', 'three\n']) {
        const next = followers.map(follower => follower.next());
        task.write(line);
        for (const { value } of await Promise.all(next)) {
          expect(value?.data.toString()).toBe(line);
        }
      }
      const looks = queries.filter(sql =>
        /log_size.*from "attempts"/.test(sql),
      );
      // Who comes looks for the attempt and how far its log is; after that, each line costs the same for all of them.
      expect(looks.length).toBeLessThan(10);
      const ends = followers.map(follower => follower.next());
      task.exit(0);
      for (const { done } of await Promise.all(ends)) {
        expect(done).toBe(true);
      }
      await engine.settled();
    });
  },
);
