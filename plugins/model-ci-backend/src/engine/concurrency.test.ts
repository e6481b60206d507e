import { createTestDatabases } from '../database/testDatabase';
import { createEngines, driveUntil } from './testing/createEngines';
import { FakeExecutor, type FakeTask } from './testing/FakeExecutor';

const databases = createTestDatabases();
const BY = { by: 'user:default/ann' };

describe.each(databases.ids)('Several runs of a branch on %s', databaseId => {
  const setUp = async (
    concurrency: 'cancel-superseded' | 'one-at-a-time',
    options: { script?: (task: FakeTask) => void; stage?: string } = {},
  ) => {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({ script: options.script ?? (() => {}) });
    const fixture = createEngines(db, {
      files: {
        'model-pipeline.yaml': `version: 1\nconcurrency: ${concurrency}\nstages:\n  a: { run: a${
          options.stage ?? ''
        } }\n`,
      },
      executors: [executor],
    });
    const { engine, runs } = fixture;
    const statusOf = async (id: string) => (await runs.get(id)).status;
    const untilStatus = async (id: string, status: string) => {
      await driveUntil(engine, async () => (await statusOf(id)) === status);
    };
    /** The nth task, once it has started. */
    const task = async (number = 1) => {
      await driveUntil(engine, () => executor.tasks.size >= number);
      return await executor.started('a', number);
    };
    return { db, task, statusOf, untilStatus, ...fixture };
  };

  it('are cancelled by a newer one, which their reason names', async () => {
    const { task, runs, start, untilStatus, statusOf } = await setUp(
      'cancel-superseded',
    );
    const elsewhere = await start({ ref: 'dev' });
    const first = await start();
    await task(2);
    const second = await start();
    await untilStatus(first, 'cancelled');
    const run = await runs.get(first);
    expect(run.reason).toMatchObject({
      code: 'run.superseded',
      parameters: { number: '3' },
    });
    expect(run.history.at(-1)).toMatchObject({ to: 'cancelled' });
    expect(run.history.at(-1)).not.toHaveProperty('by', expect.any(String));
    expect([await statusOf(second), await statusOf(elsewhere)]).toEqual([
      'running',
      'running',
    ]);
    // What a newer run has ended can be asked for again, and then stays.
    await runs.retry(first, BY);
    await untilStatus(first, 'running');
    expect((await runs.get(first)).reason).toBeUndefined();
    expect(await statusOf(second)).toBe('running');
  });

  it('leave the last one, however many start at once on several backends', async () => {
    const { start, runs, statusOf, createEngine } = await setUp(
      'cancel-superseded',
    );
    const ids = await Promise.all(Array.from({ length: 8 }, () => start()));
    const engines = [createEngine(), createEngine(), createEngine()];
    const numbered = await Promise.all(ids.map(id => runs.get(id)));
    const last = numbered.find(({ number }) => number === 8)!.id;
    await Promise.all(
      engines.map(engine =>
        driveUntil(engine, async () => {
          const statuses = await Promise.all(ids.map(statusOf));
          return (
            statuses.filter(status => status === 'cancelled').length === 7 &&
            (await statusOf(last)) === 'running'
          );
        }),
      ),
    );
    const ended = await Promise.all(ids.map(id => runs.get(id)));
    const codes = ended.map(({ reason }) => reason?.code);
    expect(codes.filter(code => code === 'run.superseded')).toHaveLength(7);
  });

  it('are not cancelled while they wait for a person', async () => {
    const { start, statusOf, untilStatus } = await setUp('cancel-superseded', {
      stage: ', hold: true',
      script: task => task.exit(0),
    });
    const first = await start();
    await untilStatus(first, 'waiting');
    const second = await start();
    await untilStatus(second, 'waiting');
    expect(await statusOf(first)).toBe('waiting');
  });

  it('wait for each other in their order, and say for which', async () => {
    const { task, engine, runs, start, untilStatus, statusOf } = await setUp(
      'one-at-a-time',
    );
    const [first, second, third] = [
      await start(),
      await start(),
      await start(),
    ];
    await untilStatus(first, 'running');
    const reasonOf = async (id: string) => (await runs.get(id)).reason?.text;
    await driveUntil(
      engine,
      async () =>
        (await reasonOf(second)) !== undefined &&
        (await reasonOf(third)) !== undefined,
    );
    expect([await reasonOf(second), await reasonOf(third)]).toEqual([
      'Waits for run 1 of the same branch or pull request: its definition allows one at a time.',
      'Waits for run 2 of the same branch or pull request: its definition allows one at a time.',
    ]);
    expect(await statusOf(second)).toBe('queued');
    // One that is cancelled while it waits lets the next one wait for what is before it.
    await runs.cancel(second, BY.by);
    await driveUntil(engine, async () =>
      /run 1 /.test((await reasonOf(third)) ?? ''),
    );
    (await task()).exit(0);
    await untilStatus(first, 'succeeded');
    await untilStatus(third, 'running');
    expect(await reasonOf(third)).toBeUndefined();
  });

  it('start no second one, whichever backend prepares it', async () => {
    let most = 0;
    const { start, runs, createEngine, statusOf } = await setUp(
      'one-at-a-time',
      { script: task => task.exit(0) },
    );
    const ids = await Promise.all(Array.from({ length: 6 }, () => start()));
    const engines = [createEngine(), createEngine()];
    await Promise.all(
      engines.map(engine =>
        driveUntil(engine, async () => {
          const running = await runs.list({ statuses: ['running'], limit: 10 });
          most = Math.max(most, running.items.length);
          const statuses = await Promise.all(ids.map(statusOf));
          return statuses.every(status => status === 'succeeded');
        }),
      ),
    );
    expect(most).toBe(1);
  });

  it('refuse a retry beside another one', async () => {
    const { task, runs, start, untilStatus } = await setUp('one-at-a-time');
    const first = await start();
    await untilStatus(first, 'running');
    (await task()).exit(1);
    await untilStatus(first, 'failed');
    const second = await start();
    await untilStatus(second, 'running');
    await expect(runs.retry(first, BY)).rejects.toThrow(
      /Run 1 of .* cannot be retried while run 2 of its branch or pull request has not ended/,
    );
    await runs.cancel(second, BY.by);
    await untilStatus(second, 'cancelled');
    await runs.retry(first, BY);
    await untilStatus(first, 'running');
  });

  describe('of a pull request', () => {
    const of = (number: number, isUntrusted = false) => ({
      trigger: 'pull_request' as const,
      commit: 'a'.repeat(40),
      isUntrusted,
      pullRequest: {
        number,
        url: `https://example.com/pull/${number}`,
        sourceBranch: 'dev',
        targetBranch: 'main',
      },
    });

    it('are cancelled by a newer one of the request alone, whatever the name of its branch', async () => {
      const { task, start, untilStatus, statusOf } = await setUp(
        'cancel-superseded',
      );
      const others = [
        await start({ ref: 'dev' }),
        await start(of(8)),
        await start(of(9, true)),
      ];
      const first = await start(of(7));
      await task(4);
      const second = await start(of(7));
      await untilStatus(first, 'cancelled');
      await untilStatus(second, 'running');
      expect(await Promise.all(others.map(statusOf))).toEqual([
        'running',
        'running',
        'running',
      ]);
    });

    it('wait for each other, and for no run of a branch', async () => {
      const { task, start, runs, untilStatus, statusOf, engine } = await setUp(
        'one-at-a-time',
      );
      const ofBranch = await start({ ref: 'dev' });
      const first = await start(of(7));
      const second = await start(of(7));
      const other = await start(of(8));
      for (const id of [ofBranch, first, other]) {
        await untilStatus(id, 'running');
      }
      await driveUntil(engine, async () =>
        /run 2 of the same/.test((await runs.get(second)).reason?.text ?? ''),
      );
      await task(3);
      expect(await statusOf(second)).toBe('queued');
      await runs.cancel(first, BY.by);
      await untilStatus(second, 'running');
    });
  });
});
