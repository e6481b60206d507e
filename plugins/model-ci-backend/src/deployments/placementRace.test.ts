import type { Knex } from 'knex';
import { claimAttempts } from '../database/operations/attempts/claimAttempts';
import { sumReservedResources } from '../database/operations/deployments/sumReservedResources';
import { createTestDatabases } from '../database/testDatabase';
import { isPostgres } from '../database/transact';
import { Placement } from '../planning/placement';
import type { Deployments } from './createDeployments';
import { ALICE, Fixture, PIPELINE, actorOf } from './testing/createFixture';

const databases = createTestDatabases();
const AT = '2026-01-01T00:00:00.000Z';
/** More than half of the fixture's only node, so that it has room for one of two. */
const CPUS = 3;

/** Keeps everybody from inserting into a table; answers what lets them. */
async function holdTable(
  db: Knex,
  table: string,
): Promise<() => Promise<void>> {
  if (!isPostgres(db)) {
    // The one connection of SQLite lets nobody come in between anyway.
    return async () => {};
  }
  const tx = await db.transaction();
  await tx.raw('lock table ?? in share row exclusive mode', [table]);
  return async () => {
    await tx.commit();
  };
}

/** Resolves once so many transactions wait for locks of others, or the work is done. */
async function untilBlocked(
  db: Knex,
  count: number,
  work: Promise<unknown>,
): Promise<void> {
  let done = !isPostgres(db);
  work.then(
    () => (done = true),
    () => (done = true),
  );
  while (!done) {
    const { rows } = await db.raw<{ rows: unknown[] }>(
      `select pid from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length >= count) {
      return;
    }
  }
}

describe.each(databases.ids)(
  'A stage and a service placed at the same moment on %s',
  databaseId => {
    let fixture: Fixture;
    let replica: Deployments;

    beforeEach(async () => {
      fixture = new Fixture(await databases.init(databaseId));
      replica = fixture.replica();
      const runId = await fixture.registerVersion(1, {
        serving: { resources: { cpus: CPUS } },
      });
      await insertQueuedAttempt(fixture.db, runId);
      await replica.service.deploy({
        pipelineRef: PIPELINE,
        version: 1,
        environment: 'staging',
        trigger: 'manual',
        by: actorOf(ALICE),
      });
      await replica.loop.claimDeployments();
    });

    afterEach(() => fixture.close());

    const placeStage = () =>
      claimAttempts(fixture.db, {
        holder: 'replica',
        createPlacement: reserved =>
          new Placement(
            ['process'],
            [
              {
                name: 'local',
                executor: 'process',
                labels: {},
                capacity: { cpus: 4, memoryBytes: 8 * 1024 ** 3, gpus: 0 },
                health: 'healthy',
              },
            ],
            reserved,
          ),
        now: new Date(),
        leaseExpiresAt: '2999-01-01T00:00:00.000Z',
        limit: 10,
      });
    const placeService = () => replica.loop.advanceDeployments();

    it.each([
      ['the stage', placeStage, 'state_changes', placeService],
      ['the service', placeService, 'deployment_changes', placeStage],
    ])(
      'share no room that only one of them can have, when %s comes first',
      async (_, first, table, second) => {
        // The first has chosen its node and cannot commit yet.
        const release = await holdTable(fixture.db, table);
        const placingFirst = first();
        await untilBlocked(fixture.db, 1, placingFirst);
        const placingSecond = second();
        await untilBlocked(fixture.db, 2, placingSecond);
        await release();
        await Promise.all([placingFirst, placingSecond]);

        const reserved = await sumReservedResources(fixture.db);
        expect(reserved.get('local')?.cpus).toBe(CPUS);
      },
    );
  },
);

async function insertQueuedAttempt(db: Knex, runId: string): Promise<void> {
  await db('stages').insert({
    id: 'stage',
    run_id: runId,
    name: 'train',
    position: 0,
    status: 'queued',
  });
  await db('attempts').insert({
    id: 'attempt',
    stage_id: 'stage',
    run_id: runId,
    number: 1,
    status: 'queued',
    executor: 'process',
    node_selector: '{}',
    cpus: CPUS,
    memory_bytes: 0,
    gpus: 0,
    timeout_seconds: 60,
    created_at: AT,
  });
}
