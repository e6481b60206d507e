import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { demandKey } from '../database/operations/attempts/demandKey';
import { sumReservedResources } from '../database/operations/deployments/sumReservedResources';
import { createTestDatabases } from '../database/testDatabase';
import { Fixture, PIPELINE } from '../deployments/testing/createFixture';
import {
  createEngines,
  type EngineFixture,
  pipelineOf,
} from '../engine/testing/createEngines';
import { FakeExecutor, fakeNode } from '../engine/testing/FakeExecutor';

const databases = createTestDatabases();
const EARLY = '2020-01-01T00:00:00.000Z';

/** Statements, and rows that they answered. */
interface Work {
  queries: number;
  rows: number;
}

async function countWork(db: Knex, act: () => Promise<unknown>): Promise<Work> {
  const work: Work = { queries: 0, rows: 0 };
  const onResponse = (response: unknown) => {
    work.queries += 1;
    const rows =
      typeof response === 'object' && response !== null && 'rows' in response
        ? response.rows
        : response;
    work.rows += Array.isArray(rows) ? rows.length : 0;
  };
  db.on('query-response', onResponse);
  try {
    await act();
  } finally {
    db.removeListener('query-response', onResponse);
  }
  return work;
}

/** Attempts at the head of the queue, which demand a label that no node has. */
async function queueUnplaceable(
  db: Knex,
  runId: string,
  count: number,
): Promise<void> {
  const demanded = {
    executor: 'process',
    node_selector: '{"gpu":"h100"}',
    cpus: 1,
    memory_bytes: 0,
    gpus: 0,
  };
  const stages = Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    run_id: runId,
    name: `stuck-${index}`,
    position: 100 + index,
    status: 'queued',
  }));
  await db.batchInsert('stages', stages, 100);
  const attempts = stages.map(stage => ({
    id: randomUUID(),
    stage_id: stage.id,
    run_id: runId,
    number: 1,
    status: 'queued',
    ...demanded,
    demand: demandKey(demanded),
    timeout_seconds: 60,
    created_at: EARLY,
  }));
  await db.batchInsert('attempts', attempts, 50);
}

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
