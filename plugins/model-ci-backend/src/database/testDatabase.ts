import { randomUUID } from 'node:crypto';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import {
  TestDatabases,
  type TestDatabaseId,
} from '@backstage/backend-test-utils';
import knexFactory, { type Knex } from 'knex';

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

/** Copies of a migrated database: migrating one for each test would take most of its time. */
class Copies {
  private readonly connections: Knex[] = [];
  private readonly names: string[] = [];
  private admin: Knex | undefined;

  async ofSqlite(original: Knex): Promise<Knex> {
    const connection = await original.client.acquireConnection();
    try {
      return this.connect(original, { filename: connection.serialize() });
    } finally {
      await original.client.releaseConnection(connection);
    }
  }

  async ofPostgres(original: Knex): Promise<Knex> {
    const settings = original.client.config.connection;
    // Knex hides it from a spread.
    const connection = { ...settings, password: settings.password };
    this.admin ??= knexFactory({
      ...original.client.config,
      connection: { ...connection, database: 'postgres' },
    });
    const name = `db${randomUUID().replaceAll('-', '')}`;
    await this.admin.raw('CREATE DATABASE ?? TEMPLATE ??', [
      name,
      connection.database,
    ]);
    this.names.push(name);
    return this.connect(original, { ...connection, database: name });
  }

  async remove(): Promise<void> {
    await Promise.allSettled(this.connections.map(knex => knex.destroy()));
    for (const name of this.names) {
      await this.admin?.raw('DROP DATABASE IF EXISTS ?? WITH (FORCE)', [name]);
    }
    await this.admin?.destroy();
  }

  private connect(original: Knex, connection: object) {
    const knex = knexFactory({ ...original.client.config, connection });
    this.connections.push(knex);
    return knex;
  }
}

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
  const copies = new Copies();
  const migrated = new Map<TestDatabaseId, Promise<Knex>>();
  const migrate = async (id: TestDatabaseId) => {
    const knex = await databases.init(id);
    await knex.migrate.latest({ directory: migrationsDirectory });
    // PostgreSQL copies only what nobody is connected to.
    if (id === POSTGRES) await knex.destroy();
    return knex;
  };
  afterAll(() => copies.remove());

  return {
    ids: ids.map(id => [id]),
    initEmpty: id => databases.init(id),
    async init(id) {
      const original = migrated.get(id) ?? migrate(id);
      migrated.set(id, original);
      return id === POSTGRES
        ? copies.ofPostgres(await original)
        : copies.ofSqlite(await original);
    },
  };
}
