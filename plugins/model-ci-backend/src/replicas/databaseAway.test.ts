import { mockServices } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { createTestDatabases } from '../database/testDatabase';
import type { AttemptRow } from '../database/tables/runs';
import { createEngines, pipelineOf } from '../engine/testing/createEngines';
import { FakeExecutor } from '../engine/testing/FakeExecutor';
import { connectReplicas } from './connectReplicas';
import { ReplicaChannel } from './ReplicaChannel';
import { TroubledPostgres } from './testing/TroubledPostgres';

const databases = createTestDatabases();
const STAGES = 12;

describe.each(databases.ids.filter(([id]) => id !== 'SQLITE_3'))(
  'A database that is away, on %s',
  databaseId => {
    const cleanups: Array<() => Promise<unknown>> = [];
    afterEach(async () => {
      for (const clean of cleanups.splice(0).reverse()) {
        await clean();
      }
    });

    /** Two replicas that hold attempts, and know the database only through what can fail. */
    async function setUp() {
      const db = await databases.init(databaseId);
      const postgres = await TroubledPostgres.before(db);
      cleanups.push(() => postgres.stop());
      const executor = new FakeExecutor({ script: () => {} });
      const config = {
        leaseDurationMs: 1_000,
        pollIntervalMs: 50,
        maxHeldAttempts: STAGES / 2,
      };
      const open = () => {
        const own = postgres.open(db);
        cleanups.push(() => own.destroy());
        return own;
      };
      const files = pipelineOf(
        ...Array.from(
          { length: STAGES },
          (_, i) =>
            `s${i}: { run: a, reports: { metrics: m.json }, artifacts: { out: out.txt } }`,
        ),
      );
      const options = { files, executors: [executor], config };
      const one = createEngines(open(), options);
      const channels = [];
      const otherDb = open();
      const other = createEngines(otherDb, options);
      // Both keep their artifacts in one place
      Object.assign(other.store, one.store);
      for (const [engine, own] of [
        [one.engine, open()],
        [other.engine, otherDb],
      ] as const) {
        const channel = new ReplicaChannel({
          db: own,
          logger: mockServices.logger.mock(),
          answerLimitMs: 500,
        });
        connectReplicas(channel, { engine, deployments: { wake() {} } });
        channels.push(channel);
        await engine.start();
        cleanups.push(() => engine.stop());
        cleanups.push(() => channel.stop());
        channel.start();
      }
      const runId = await one.start();
      await executor.started(`s${STAGES - 1}`);
      return { db, postgres, executor, one, channels, runId };
    }

    async function untilEnded(db: Knex, runId: string) {
      for (;;) {
        const run = await db('runs').where({ id: runId }).first('status');
        if (run.status !== 'running') {
          return run.status;
        }
        await new Promise(resolve => setTimeout(resolve, 20));
      }
    }

    it.each(['stopped', 'silent'] as const)(
      'because it is %s loses and doubles nothing',
      async how => {
        const { db, postgres, executor, one, channels, runId } = await setUp();
        const tasks = [...executor.tasks.values()];
        tasks.forEach(task => task.write('before\n'));
        const away = channels.map(
          channel =>
            new Promise<void>(resolve => channel.onAway(() => resolve())),
        );
        if (how === 'stopped') {
          await postgres.stop();
        } else {
          postgres.freeze();
        }
        // Nobody can store any of this yet.
        for (const [index, task] of tasks.entries()) {
          task.write('meanwhile\n');
          task.files['m.json'] = '{"lines": 3}';
          task.files['out.txt'] = task.spec.stage;
          if (index % 2 === 0) {
            task.write('after\n');
            task.exit(0);
          }
        }
        await Promise.all(away);
        expect(channels.map(({ isDatabaseAway }) => isDatabaseAway)).toEqual([
          true,
          true,
        ]);
        const { lease_expires_at: expires } = (await db<AttemptRow>('attempts')
          .whereNotNull('lease_expires_at')
          .orderBy('lease_expires_at', 'desc')
          .first())!;
        while (new Date().toISOString() < (expires ?? '')) {
          // So long that every lease has run out
          await new Promise(resolve => setTimeout(resolve, 50));
        }
        if (how === 'stopped') {
          await postgres.start();
        } else {
          postgres.thaw();
        }
        for (const task of tasks.filter(({ outcome }) => !outcome)) {
          task.write('after\n');
          task.exit(0);
        }

        expect(await untilEnded(db, runId)).toBe('succeeded');
        expect(executor.tasks.size).toBe(STAGES);
        const run = await one.runs.get(runId);
        for (const { name, attempts } of run.stages) {
          expect(attempts.map(({ number }) => number)).toEqual([1]);
          const { data } = await one.runs.readLog(runId, name, {});
          expect(data.toString()).toBe('before\nmeanwhile\nafter\n');
        }
        for (const [table, rows] of Object.entries({
          reports: STAGES,
          evaluations: STAGES,
          artifacts: STAGES,
        })) {
          const [{ count }] = await db(table).count({ count: '*' });
          expect([table, Number(count)]).toEqual([table, rows]);
        }
        expect(tasks.map(({ cancels }) => cancels)).toEqual(
          tasks.map(() => []),
        );
      },
    );

    it('is known to be back without anybody asking', async () => {
      const { postgres, channels } = await setUp();
      const [channel] = channels;
      const away = new Promise<void>(resolve => channel.onAway(resolve));
      await postgres.stop();
      await away;
      await postgres.start();
      while (channel.isDatabaseAway) {
        await new Promise(resolve => setTimeout(resolve, 50));
      }
      expect(channel.isDatabaseAway).toBe(false);
    });
  },
);
