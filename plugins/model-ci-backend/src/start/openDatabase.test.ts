import knexFactory, { type Knex } from 'knex';
import { createTestDatabases } from '../database/testDatabase';
import { openDatabase } from './openDatabase';

const databases = createTestDatabases();
const REPLICAS = 4;

describe.each(databases.ids.filter(([id]) => id !== 'SQLITE_3'))(
  'An empty database on %s',
  databaseId => {
    const opened: Knex[] = [];
    afterEach(async () => {
      await Promise.all(opened.splice(0).map(db => db.destroy()));
    });

    it('gets its tables from replicas that all start at the same time', async () => {
      const empty = await databases.initEmpty(databaseId);
      const replicas = Array.from({ length: REPLICAS }, () =>
        knexFactory(empty.client.config),
      );
      opened.push(...replicas);
      await Promise.all(
        replicas.map(db => openDatabase({ getClient: async () => db })),
      );
      expect(await empty('runs').select('id')).toEqual([]);
    });
  },
);
