import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { sumReservedResources } from '../database/operations/deployments/sumReservedResources';
import { createTestDatabases } from '../database/testDatabase';
import { Fixture, PIPELINE } from '../deployments/testing/createFixture';
import {
  createEngines,
  type EngineFixture,
  pipelineOf,
} from '../engine/testing/createEngines';
import {
  countWork,
  EARLY,
  queueUnplaceable,
  type Work,
} from '../engine/testing/countWork';
import { FakeExecutor, fakeNode } from '../engine/testing/FakeExecutor';

const databases = createTestDatabases();
async function prepare(fixture: EngineFixture): Promise<string> {
  const id = await fixture.start();
  await fixture.engine.prepareOnce();
  await fixture.engine.settled();
  return id;
}

describe.each(databases.ids)('With a long queue on %s', databaseId => {
  async function setUp(count: number) {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({
      nodes: [fakeNode('local', { cpus: 1 })],
      script: () => {},
    });
    const fixture = createEngines(db, {
      files: pipelineOf('a: { run: a }', 'b: { run: b }'),
      executors: [executor],
    });
    await fixture.engine.refreshNodesOnce();
    const stuck = await prepare(fixture);
    const id = await prepare(fixture);
    await fixture.engine.claimOnce();
    await queueUnplaceable(db, stuck, count);
    return { db, executor, id, ...fixture };
  }

  it('shows a run with as much work as with a short one', async () => {
    const works: Work[] = [];
    const reasons: unknown[] = [];
    for (const count of [1, 1000]) {
      const fixture = await setUp(count);
      const { db, id, runs, engine } = fixture;
      works.push(await countWork(db, () => runs.get(id)));
      const { stages } = await runs.get(id);
      // Both were created at once, so either may stand first
      reasons.push(stages.map(({ waitingFor }) => waitingFor?.text).sort());
      await engine.stop();
    }
    expect(works[1]).toEqual(works[0]);
    expect(works[0].rows).toBeLessThan(40);
    expect(reasons[1]).toEqual(reasons[0]);
    expect(reasons[0]).toEqual([
      'local has too little free: 1 CPU needed, 0 free; 1 ahead',
      'local has too little free: 1 CPU needed, 0 free; 2 ahead',
    ]);
  });

  it('shows a page of the queue with as much work, wherever it is', async () => {
    const works: Work[] = [];
    for (const count of [100, 1000]) {
      const { db, runs, engine } = await setUp(count);
      works.push(await countWork(db, () => runs.queue({ limit: 20 })));
      await engine.stop();
    }
    expect(works[1]).toEqual(works[0]);
    expect(works[0].rows).toBeLessThan(80);
  });

  it('shows the whole queue page by page, and of each page how many are ahead', async () => {
    const { runs, engine } = await setUp(50);
    const stages: string[] = [];
    let cursor: string | undefined;
    const ahead: number[] = [];
    do {
      // So that a page ends between those that wait for the same room.
      const page = await runs.queue({ cursor, limit: 17 });
      stages.push(...page.items.map(({ runId, stage }) => `${runId} ${stage}`));
      ahead.push(...page.items.map(own => own.ahead));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    // Three of four stages, of which one runs.
    expect(new Set(stages).size).toBe(53);
    expect(stages).toHaveLength(53);
    expect(ahead.slice(-3)).toEqual([0, 1, 2]);
    await expect(
      runs.queue({ cursor: 'bm9uZQ', limit: 20 }),
    ).rejects.toMatchObject({ name: 'InputError' });
    await engine.stop();
  });

  it('claims what is behind it with as much work for 1,000 as for 100', async () => {
    const works: Work[] = [];
    for (const count of [1, 100, 1000]) {
      const fixture = await setUp(count);
      const { db, engine, executor } = fixture;
      executor.nodes = [fakeNode('local', { cpus: 2 })];
      await engine.refreshNodesOnce();
      works.push(
        await countWork(db, async () => {
          expect(await engine.claimOnce()).toBe(1);
        }),
      );
      await engine.stop();
    }
    expect(works[2]).toEqual(works[1]);
    expect(works[0].queries).toBeLessThanOrEqual(works[1].queries);
    expect(works[1].queries).toBeLessThan(works[0].queries + 5);
    expect(works[1].rows).toBeLessThan(works[0].rows + 30);
  });

  it('sums what services hold without looking at those that have ended', async () => {
    const db = await databases.init(databaseId);
    await new Fixture(db).registerVersion(1);
    await db.batchInsert(
      'deployments',
      Array.from({ length: 1000 }, (_, index) => ({
        id: randomUUID(),
        pipeline_ref: PIPELINE,
        version: 1,
        environment: `e-${index}`,
        status: 'superseded',
        trigger: 'manual',
        created_by: 'user:default/a',
        created_at: EARLY,
        serving_at: EARLY,
        finished_at: EARLY,
        executor: 'process',
        node: 'local',
        service_id: randomUUID(),
        health: 'unknown',
        cpus: 1,
        memory_bytes: 0,
        gpus: 0,
        stop_handle_done_at: EARLY,
      })),
      25,
    );
    await db.raw('analyze');
    const statements: Array<{ sql: string; bindings: Knex.RawBinding[] }> = [];
    db.on('query', statement => statements.push(statement));
    expect([...(await sumReservedResources(db))]).toEqual([]);
    const [{ sql, bindings }] = statements;
    const isSqlite = databaseId === 'SQLITE_3';
    const plan = await db.raw(
      `explain ${isSqlite ? 'query plan ' : ''}${sql
        .replaceAll(/\$\d+/g, '?')
        .replaceAll('\\?', '?')}`,
      bindings,
    );
    expect(JSON.stringify(isSqlite ? plan : plan.rows)).toContain(
      'deployments_holding',
    );
  });
});

describe.each(databases.ids)('Instances on %s', databaseId => {
  async function countQueries(instances: number) {
    const db = await databases.init(databaseId);
    const values = Array.from({ length: instances }, (_, index) => index);
    const { engine, runs, start } = createEngines(db, {
      files: pipelineOf(
        `train: { run: train, matrix: { a: [${values.join(', ')}] } }`,
      ),
    });
    await engine.refreshNodesOnce();
    const id = await start();
    const prepared = await countWork(db, async () => {
      await engine.prepareOnce();
      await engine.settled();
    });
    const shown = await countWork(db, () => runs.get(id));
    const listed = await countWork(db, () => runs.list({ limit: 10 }));
    await engine.stop();
    return { prepared, shown, listed };
  }

  it('are started and shown with as many queries for 100 as for 2', async () => {
    const few = await countQueries(2);
    const many = await countQueries(100);
    expect(many.prepared.queries).toBe(few.prepared.queries);
    expect(many.shown.queries).toBe(few.shown.queries);
    // Lists do not read them at all.
    expect(many.listed).toEqual(few.listed);
  });
});
