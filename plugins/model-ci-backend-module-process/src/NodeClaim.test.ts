import {
  TestDatabases,
  type TestDatabaseId,
} from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { migrateProcessNodes, NodeClaim } from './NodeClaim';

jest.setTimeout(60_000);

const ids: TestDatabaseId[] = process.env
  .BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING
  ? ['SQLITE_3', 'POSTGRES_18']
  : ['SQLITE_3'];
const databases = TestDatabases.create({ ids, disableDocker: true });

describe.each(ids)('the name of a node, on %s', databaseId => {
  let knex: Knex;
  let now: number;

  const claimOf = (directory_id: string, rest: object = {}) =>
    new NodeClaim(
      knex,
      {
        name: 'local',
        directory_id,
        hostname: `host of ${directory_id}`,
        directory: '/data/process',
        ...rest,
      },
      () => now,
    );

  beforeEach(async () => {
    knex = await databases.init(databaseId);
    await migrateProcessNodes({ getClient: async () => knex });
    await migrateProcessNodes({ getClient: async () => knex });
    now = Date.parse('2026-01-01T00:00:00Z');
  });

  it('belongs to one machine, and the other gets an error that says what to do', async () => {
    await claimOf('a').take();
    await expect(claimOf('b').take()).rejects.toThrow(
      /'host of a'.*modelCi\.executors\.process\.node\.name/,
    );
    await claimOf('b', { name: 'lab-2' }).take();
  });

  it('goes to one of two that start at once', async () => {
    const results = await Promise.allSettled(
      ['a', 'b', 'c'].map(id => claimOf(id).take()),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(
      1,
    );
  });

  it('is shared by the backends of one folder, and kept over a restart', async () => {
    await claimOf('a').take();
    await claimOf('a').take();
    await expect(claimOf('a').renew()).resolves.toBe(true);
  });

  it('is kept while it is renewed, and free some minutes after', async () => {
    await claimOf('a').take();
    now += 4 * 60_000;
    await claimOf('a').renew();
    now += 4 * 60_000;
    await expect(claimOf('b').take()).rejects.toThrow('local');
    now += 2 * 60_000;
    await claimOf('b').take();
    await expect(claimOf('a').renew()).resolves.toBe(false);
    await expect(claimOf('a').take()).rejects.toThrow('host of b');
  });

  it('stays with a folder that was emptied', async () => {
    await claimOf('a', { hostname: 'one' }).take();
    const emptied = claimOf('b', { hostname: 'one' });
    await emptied.take();
    await expect(emptied.renew()).resolves.toBe(true);
  });
});
