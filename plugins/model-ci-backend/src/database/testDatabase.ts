import { resolvePackagePath } from '@backstage/backend-plugin-api';
import {
  TestDatabases,
  type TestDatabaseId,
} from '@backstage/backend-test-utils';
import type { Knex } from 'knex';

const POSTGRES: TestDatabaseId = 'POSTGRES_18';
const POSTGRES_VARIABLE =
  'BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING';

/** Databases for tests of this package: SQLite always, PostgreSQL where one is reachable. */
export interface ModelCiTestDatabases {
  /** For `describe.each` and `it.each`. */
  ids: [TestDatabaseId][];
  /** A fresh database with all migrations applied. */
  init(id: TestDatabaseId): Promise<Knex>;
  /** A fresh database with nothing in it. */
  initEmpty(id: TestDatabaseId): Promise<Knex>;
}

/** The folder of this plugin's migrations. */
export const migrationsDirectory = resolvePackagePath(
  '@model-ci/backstage-plugin-model-ci-backend',
  'migrations',
);

/**
 * Call it once at the top of a test file. Without PostgreSQL its tests are left out aloud, or fail where
 * `MODEL_CI_REQUIRE_ENGINES=true` demands it.
 */
export function createTestDatabases(): ModelCiTestDatabases {
  // Of a machine on which every core is busy with tests, all of which make databases
  jest.setTimeout(60_000);
  const ids: TestDatabaseId[] = ['SQLITE_3'];
  if (process.env[POSTGRES_VARIABLE]) {
    ids.push(POSTGRES);
  } else if (process.env.MODEL_CI_REQUIRE_ENGINES === 'true') {
    throw new Error(
      `MODEL_CI_REQUIRE_ENGINES=true demands PostgreSQL: set ${POSTGRES_VARIABLE} to the connection string of a PostgreSQL 18 server`,
    );
  } else {
    // eslint-disable-next-line no-console
    console.warn(
      `Not tested on PostgreSQL: ${POSTGRES_VARIABLE} is not set. Set it to the connection string of a PostgreSQL 18 server.`,
    );
  }
  const databases = TestDatabases.create({ ids, disableDocker: true });

  return {
    ids: ids.map(id => [id]),
    initEmpty: id => databases.init(id),
    async init(id) {
      const knex = await databases.init(id);
      await knex.migrate.latest({ directory: migrationsDirectory });
      return knex;
    },
  };
}
