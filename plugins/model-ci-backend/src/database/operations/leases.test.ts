import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { Fixture, PIPELINE } from '../../deployments/testing/createFixture';
import { createEngines, pipelineOf } from '../../engine/testing/createEngines';
import { fakeNode } from '../../engine/testing/FakeExecutor';
import { Placement } from '../../planning/placement';
import { createTestDatabases } from '../testDatabase';
import { claimAttempts } from './attempts/claimAttempts';
import { requestDeployment } from './deployments/requestDeployment';
import {
  type Lease,
  type LeasedTable,
  listHolders,
  newLease,
  releaseLeases,
  renewLeases,
  takeLease,
} from './leases';

const databases = createTestDatabases();
const START = Date.parse('2026-01-01T00:00:00.000Z');
const leaseAt = (holder: string, second: number): Lease =>
  newLease(holder, 30_000, START + second * 1000);

/** A row that can be held, by its id; an attempt is held by `a` from its start. */
const rows: Record<LeasedTable, (db: Knex) => Promise<string>> = {
  async runs(db) {
    const { start } = createEngines(db, { files: {} });
    return await start();
  },
  async attempts(db) {
    const fixture = createEngines(db, { files: pipelineOf('a: { run: a }') });
    await fixture.start();
    await fixture.engine.prepareOnce();
    await fixture.engine.settled();
    const node = { ...fakeNode('local'), executor: 'process' };
    const [{ attemptId }] = await claimAttempts(db, {
      ...leaseAt('a', 0),
      createPlacement: held => new Placement(['process'], [node], held),
      now: new Date(START),
      limit: 1,
    });
    return attemptId;
  },
  async deployments(db) {
    await new Fixture(db).registerVersion(1);
    const { id } = await db.transaction(tx =>
      requestDeployment(tx, {
        pipelineRef: PIPELINE,
        version: 1,
        environment: 'staging',
        trigger: 'manual',
        createdBy: 'user:default/a',
        executor: 'process',
        resources: { cpus: 1, memoryBytes: 0, gpus: 0 },
        timeouts: {},
        at: new Date(START).toISOString(),
      }),
    );
    return id;
  },
};

describe.each(
  databases.ids.flatMap(([id]) =>
    (['runs', 'attempts', 'deployments'] as const).map(table => ({
      id,
      table,
    })),
  ),
)('A lease on a row of $table on $id', ({ id: databaseId, table }) => {
  async function setUp() {
    const db = await databases.init(databaseId);
    const id = await rows[table](db);
    const ticketOf = async (): Promise<string | null> =>
      (await db(table).where({ id }).first('ticket')).ticket;
    const take = async (holder: string, second: number) =>
      await takeLease(db, {
        ...leaseAt(holder, second),
        table,
        row: { id, ticket: await ticketOf() },
      });
    if (table !== 'attempts') {
      await take('a', 0);
    }
    return { db, id, take, ticketOf };
  }

  it('holds until it has expired, and then goes to one of those who want it', async () => {
    const { db, id, take, ticketOf } = await setUp();
    expect(await take('b', 29)).toBeUndefined();
    const before = await ticketOf();
    const [b, c] = await Promise.all(
      ['b', 'c'].map(holder =>
        takeLease(db, {
          ...leaseAt(holder, 31),
          table,
          row: { id, ticket: before },
        }),
      ),
    );
    expect([b, c].filter(Boolean)).toHaveLength(1);
    expect(await ticketOf()).toBe((b ?? c)?.ticket);
  });

  it('goes on when it is renewed, which shows the tickets that were lost', async () => {
    const { db, take, ticketOf } = await setUp();
    const ticket = (await ticketOf()) ?? '';
    const lost = randomUUID();
    const { leaseExpiresAt } = leaseAt('a', 20);
    expect(
      await renewLeases(db, { table, tickets: [ticket, lost], leaseExpiresAt }),
    ).toEqual([lost]);
    expect(await take('b', 49)).toBeUndefined();
    expect(await take('b', 51)).toBeDefined();
  });

  it('lapses when its holder is released, and nobody else’s does', async () => {
    const { db, take } = await setUp();
    expect(await listHolders(db, [table])).toEqual(['a']);
    await releaseLeases(db, { table, holders: ['b'] });
    expect(await take('b', 1)).toBeUndefined();
    await releaseLeases(db, { table, holders: ['a'] });
    expect(await take('b', 1)).toBeDefined();
    expect(await listHolders(db, [table])).toEqual(['b']);
  });
});
