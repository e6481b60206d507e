import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
