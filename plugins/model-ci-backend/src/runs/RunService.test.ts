import { text } from 'node:stream/consumers';
import type { Knex } from 'knex';
import { listPipelines } from '../database/operations/pipelines/listPipelines';
import type { RunRow } from '../database/tables/runs';
import { createTestDatabases } from '../database/testDatabase';
import {
  createEngines,
  driveUntil,
  pipelineOf,
  TEST_PIPELINE,
} from '../engine/testing/createEngines';
import { FakeExecutor } from '../engine/testing/FakeExecutor';
import type { StartRunInput } from './RunService';

const databases = createTestDatabases();

/** How many statements some work takes. */
async function countQueries(
  db: Knex,
  work: () => Promise<unknown>,
): Promise<number> {
  let count = 0;
  const onQuery = () => count++;
  db.on('query', onQuery);
  await work();
  db.off('query', onQuery);
  return count;
}

async function insertPipeline(db: Knex, ref: string, ownerRef: string) {
  await db('pipelines').insert({
    ref,
    title: ref,
    type: 'training',
    lifecycle: 'experimental',
    owner_ref: ownerRef,
    model_ref: 'component:default/m',
    synced_at: '2026-01-01T00:00:00.000Z',
  });
}

describe.each(databases.ids)('RunService on %s', databaseId => {
  async function setUp() {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({ script: () => {} });
    const fixture = createEngines(db, {
      files: pipelineOf('a: { run: a }', 'b: { run: b, needs: [a] }'),
      executors: [executor],
    });
    return { db, executor, ...fixture };
  }

  it('numbers runs without gaps, however many are started at once', async () => {
    const { db, start } = await setUp();
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        start({ pipelineRef: `modelpipeline:default/p${index % 2}` }),
      ),
    );
    for (const pipeline of ['p0', 'p1']) {
      const numbers = await db<RunRow>('runs')
        .where({ pipeline_ref: `modelpipeline:default/${pipeline}` })
        .orderBy('number')
        .pluck('number');
      expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }
  });

  it('starts one run for one idempotency key', async () => {
    const { db, start } = await setUp();
    const ids = await Promise.all(
      [1, 2, 3].map(() => start({ idempotencyKey: 'delivery-1' })),
    );
    expect(new Set(ids).size).toBe(1);
    expect(await start({ idempotencyKey: 'delivery-2' })).not.toBe(ids[0]);
    expect(await db<RunRow>('runs').pluck('number')).toEqual([1, 2]);
  });

  it('keeps the pull request of a run, which is of no branch, and cancels its older runs alone', async () => {
    const { runs, start } = await setUp();
    const pullRequest = {
      number: 12,
      url: 'https://git.example/a/pull/12',
      sourceBranch: 'main',
      targetBranch: 'main',
    };
    const commit = 'a'.repeat(40);
    const begin = (own: Partial<StartRunInput>) =>
      start({ ref: undefined, commit, trigger: 'pull_request', ...own });
    const older = await begin({ pullRequest, isUntrusted: true });
    const newer = await begin({ pullRequest });
    const other = await begin({ pullRequest: { ...pullRequest, number: 1 } });
    const tag = await begin({ tag: 'main', trigger: 'tag' });
    const run = await runs.get(older);
    expect(run).toMatchObject({ commit, pullRequest, isUntrusted: true });
    expect(run.branch).toBeUndefined();
    expect((await runs.get(tag)).branch).toBeUndefined();

    const args = { pipelineRef: TEST_PIPELINE, number: 12, exceptRun: newer };
    await runs.cancelPullRequest(args, 'user:default/ann');
    await runs.cancelPullRequest(args, 'user:default/ann');
    const statuses = await Promise.all(
      [older, newer, other].map(async id => (await runs.get(id)).status),
    );
    expect(statuses).toEqual(['cancelled', 'queued', 'queued']);
  });

  it('starts one run for a creation, whether its push or its template comes first', async () => {
    const { start } = await setUp();
    const create = (trigger: 'push' | 'template', commit: string) =>
      start({ trigger, ref: 'main', commit, idempotencyKey: trigger + commit });
    const [first, second] = ['a'.repeat(40), 'b'.repeat(40)];
    expect(await create('template', first)).toBe(await create('push', first));
    const pushed = await create('push', second);
    expect(await create('template', second)).toBe(pushed);
    // Later pushes are runs of their own, also back to a commit that was run before.
    await create('push', 'c'.repeat(40));
    const back = { trigger: 'push', ref: 'main', commit: second } as const;
    expect(await start({ ...back, idempotencyKey: 'back' })).not.toBe(pushed);
  });

  it('records what a run is of', async () => {
    const { runs, start } = await setUp();
    const byDefault = await start({ ref: undefined, commit: undefined });
    expect(await runs.get(byDefault)).toMatchObject({ branch: 'main' });
    const alone = await runs.get(await start({ ref: undefined }));
    expect(alone.branch).toBeUndefined();
    await expect(start({ commit: 'abc123' })).rejects.toThrow(
      /not the full name of a commit/,
    );
  });

  it('lists runs newest first in pages that neither repeat nor leave out one', async () => {
    const { db, runs, start } = await setUp();
    for (let index = 0; index < 12; index++) {
      await start();
    }
    // Half of them in the same millisecond.
    for (let number = 1; number <= 12; number++) {
      const millisecond = Math.min(number, 7);
      await db<RunRow>('runs')
        .where({ number })
        .update({ created_at: `2999-01-01T00:00:00.00${millisecond}Z` });
    }
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await runs.list({ limit: 5, ...(cursor && { cursor }) });
      seen.push(...page.items.map(({ number }) => number));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toHaveLength(12);
    expect(new Set(seen).size).toBe(12);
    expect(seen.slice(6)).toEqual([6, 5, 4, 3, 2, 1]);
    await expect(runs.list({ limit: 5, cursor: 'nonsense' })).rejects.toThrow(
      /'cursor': must be the nextCursor/,
    );
  });

  it('filters the list, and takes as many statements for one run as for many', async () => {
    const { db, runs, engine, start } = await setUp();
    await insertPipeline(db, 'modelpipeline:default/owned', 'group:default/ml');
    await insertPipeline(db, TEST_PIPELINE, 'group:default/risk');
    const owned = 'modelpipeline:default/owned';
    const cancelled = await start({ pipelineRef: owned });
    await runs.cancel(cancelled, 'user:default/a');
    await start({ pipelineRef: owned, ref: 'feature', trigger: 'push' });
    const one = await countQueries(db, () =>
      runs.list({ limit: 1, pipelineRefs: [owned] }),
    );
    for (let index = 0; index < 5; index++) {
      await start();
    }
    await driveUntil(
      engine,
      async () =>
        (await db('stages').select('id')).length >= 12 &&
        (await db('attempts').whereNull('handle')).length === 0,
    );
    const many = await countQueries(db, () => runs.list({ limit: 50 }));
    expect(many).toBe(one);

    const numbers = async (
      filter: Omit<Parameters<typeof runs.list>[0], 'limit'>,
    ) =>
      (await runs.list({ ...filter, limit: 50 })).items.map(
        ({ pipelineRef, number }) => `${pipelineRef.split('/')[1]} ${number}`,
      );
    expect(await numbers({ pipelineRefs: [owned] })).toEqual([
      'owned 2',
      'owned 1',
    ]);
    expect(await numbers({ ownerRefs: ['group:default/ml'] })).toHaveLength(2);
    expect(await numbers({ ownerRefs: ['group:default/x'] })).toEqual([]);
    expect(await numbers({ q: 'WNE' })).toEqual(['owned 2', 'owned 1']);
    expect(await numbers({ q: '%' })).toEqual([]);
    expect(
      await numbers({ q: 'owned', ownerRefs: ['group:default/x'] }),
    ).toEqual([]);
    expect(await numbers({ pipelineRefs: [] })).toEqual([]);
    expect(await numbers({ statuses: ['cancelled'] })).toEqual(['owned 1']);
    expect(await numbers({ branch: 'feature' })).toEqual(['owned 2']);
    expect(await numbers({ trigger: 'push' })).toEqual(['owned 2']);

    const latest = await runs.latest([owned, TEST_PIPELINE, 'nothing']);
    expect([...latest].map(([ref, { number }]) => [ref, number])).toEqual(
      expect.arrayContaining([
        [owned, 2],
        [TEST_PIPELINE, 5],
      ]),
    );
    const summary = latest.get(TEST_PIPELINE);
    expect(summary?.stages.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('knows the last ten runs of pipelines, and sorts pipelines by the last one', async () => {
    const { db, runs, start } = await setUp();
    const refs = ['a', 'b', 'c'].map(name => `modelpipeline:default/${name}`);
    for (const ref of refs) {
      await insertPipeline(db, ref, 'group:default/ml');
    }
    for (let number = 1; number <= 12; number++) {
      await start({ pipelineRef: refs[0] });
    }
    await start({ pipelineRef: refs[1] });
    await db<RunRow>('runs')
      .where({ pipeline_ref: refs[0] })
      .update({ created_at: '2026-01-01T00:00:00.000Z' });

    const recent = await runs.recent(refs);
    expect(recent.get(refs[0])?.map(({ number }) => number)).toEqual([
      3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ]);
    expect(recent.get(refs[1])).toEqual([
      { id: expect.any(String), number: 1, status: 'queued' },
    ]);
    expect(recent.has(refs[2])).toBe(false);

    const sorted = [];
    let after: [string, string] | undefined;
    for (;;) {
      const [row] = await listPipelines(db, {
        ...{ sort: 'lastRun', limit: 1 },
        after,
      });
      if (!row) break;
      sorted.push(row.ref);
      after = [row.sort_key, row.ref];
    }
    expect(sorted).toEqual([refs[1], refs[0], refs[2]]);
  });

  it('shows an owner the same order, page by page, however many pipelines and runs they have', async () => {
    const { db, runs, start } = await setUp();
    const mine = ['a', 'b', 'c', 'd'].map(
      name => `modelpipeline:default/${name}`,
    );
    for (const ref of mine) {
      await insertPipeline(db, ref, 'group:default/ml');
    }
    await insertPipeline(db, TEST_PIPELINE, 'group:default/risk');
    // Many of one pipeline at once, one of another long ago, and some at the same moment.
    const order = [0, 0, 0, 1, 2, 0, 3, 3, 2, 0];
    for (const [index, pipeline] of order.entries()) {
      const id = await start({
        pipelineRef: mine[pipeline],
        ref: `r${index % 2}`,
      });
      await start();
      await db<RunRow>('runs')
        .where({ id })
        .update({
          created_at: `2026-01-01T00:00:0${Math.floor(index / 3)}.000Z`,
        });
    }
    const list = async (filter: { branch?: string; limit: number }) => {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await runs.list({
          ...filter,
          ...(cursor && { cursor }),
          ownerRefs: ['group:default/ml'],
        });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor);
      return seen;
    };
    const expected = db<RunRow>('runs')
      .whereIn('pipeline_ref', mine)
      .orderBy([
        { column: 'created_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ]);
    const all = await expected.clone().pluck('id');
    expect(all).toHaveLength(10);
    for (const limit of [1, 3, 100]) {
      expect(await list({ limit })).toEqual(all);
    }
    expect(await list({ branch: 'r1', limit: 2 })).toEqual(
      await expected.clone().where('branch', 'r1').pluck('id'),
    );
    const statements = (limit: number) =>
      countQueries(db, () =>
        runs.list({ limit, ownerRefs: ['group:default/ml'] }),
      );
    expect(await statements(1)).toBe(await statements(100));
  });

  it('does not know other runs and stages', async () => {
    const { runs, start } = await setUp();
    await expect(runs.get('nothing')).rejects.toMatchObject({
      name: 'NotFoundError',
    });
    const id = await start();
    await expect(runs.readLog(id, 'nothing', {})).rejects.toMatchObject({
      name: 'NotFoundError',
    });
    await expect(
      runs.cancel('nothing', 'user:default/a'),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
  });

  it('reads a log by bytes while it is written and after it was compacted', async () => {
    const { db, engine, executor, runs, start } = await setUp();
    const id = await start();
    await driveUntil(engine, () => executor.tasks.size === 1);
    const task = await executor.started('a');
    const stored = async (size: number) =>
      driveUntil(
        engine,
        async () => (await runs.readLog(id, 'a', {})).size === size,
      );
    task.write('one\ntwo\n');
    await stored(8);
    task.write('three\n');
    await stored(14);

    const check = async (ended: boolean) => {
      const read = async (
        options: Parameters<typeof runs.readLog>[2],
      ): Promise<string> =>
        (await runs.readLog(id, 'a', options)).data.toString();
      expect(await read({})).toBe('one\ntwo\nthree\n');
      expect(await read({ offset: 4, limit: 4 })).toBe('two\n');
      expect(await read({ offset: 6, limit: 5 })).toBe('o\nthr');
      expect(await read({ offset: -6 })).toBe('three\n');
      expect(await read({ offset: -100, limit: 3 })).toBe('one');
      expect(await read({ offset: 100 })).toBe('');
      expect(
        await runs.readLog(id, 'a', { offset: 4, limit: 4 }),
      ).toMatchObject({ offset: 4, nextOffset: 8, size: 14, ended });
      expect(await text(await runs.openLog(id, 'a', {}))).toBe(
        'one\ntwo\nthree\n',
      );
      await expect(runs.readLog(id, 'a', { attempt: 9 })).rejects.toMatchObject(
        { name: 'NotFoundError' },
      );
      const times = await runs.readLogTimes(id, 'a', {});
      expect(times).toEqual([
        [0, expect.stringMatching(/Z$/)],
        [8, expect.stringMatching(/Z$/)],
      ]);
      expect(times[0][1] <= times[1][1]).toBe(true);
    };
    await check(false);
    task.exit(0);
    await driveUntil(
      engine,
      async () => (await db('log_chunks').select('start')).length === 0,
    );
    await check(true);
    expect(await runs.readLog(id, 'b', {})).toMatchObject({ size: 0 });
    expect(await runs.readLogTimes(id, 'b', {})).toEqual([]);
  });

  it('follows a log from before its stage starts to its end', async () => {
    const { engine, executor, runs, start } = await setUp();
    const id = await start();
    await engine.refreshNodesOnce();
    await engine.prepareOnce();
    await engine.settled();
    const { signal } = new AbortController();
    const followed = (async () => {
      let all = '';
      for await (const { offset, data } of runs.followLog(id, 'a', {
        signal,
      })) {
        expect(offset).toBe(all.length);
        all += data.toString();
      }
      return all;
    })();
    await engine.claimOnce();
    const task = await executor.started('a');
    for (let line = 1; line <= 20; line++) {
      task.write(`line ${line}\n`);
      await new Promise(resolve => setImmediate(resolve));
    }
    task.exit(0);
    expect(await followed).toBe(task.log.toString());

    let tail = '';
    for await (const { data } of runs.followLog(id, 'a', {
      offset: -8,
      signal,
    })) {
      tail += data.toString();
    }
    expect(tail).toBe('line 20\n');
  });

  it('shows a line to a follower within 150 ms', async () => {
    const { engine, executor, runs, start } = await setUp();
    const id = await start();
    await driveUntil(engine, () => executor.tasks.size === 1);
    const task = await executor.started('a');
    const stop = new AbortController();
    const follower = runs
      .followLog(id, 'a', { signal: stop.signal })
      [Symbol.asyncIterator]();
    const delays: number[] = [];
    for (let line = 0; line < 20; line++) {
      const written = performance.now();
      task.write(`line ${line}\n`);
      await follower.next();
      delays.push(performance.now() - written);
    }
    delays.sort((a, b) => a - b);
    expect(delays[10]).toBeLessThan(150);
    stop.abort();
    expect(await follower.next()).toEqual({ done: true, value: undefined });
    task.exit(0);
    (await executor.started('b')).exit(0);
    await engine.settled();
  });
});
