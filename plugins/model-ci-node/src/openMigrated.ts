import type { DatabaseService } from '@backstage/backend-plugin-api';

type Database = Awaited<ReturnType<DatabaseService['getClient']>>;

/** Of all packages of ours, whose replicas may start at the same time. */
const LOCK = 'model-ci:migrations';

/**
 * A database whose tables are as this release has them. On PostgreSQL one replica after the other brings them there: knex makes tables of its own
 * before it locks anything, so that of two that start on an empty database one failed.
 */
export async function openMigrated(
  database: DatabaseService,
  migrations: { directory: string; tableName?: string },
): Promise<Database> {
  const db = await database.getClient();
  if (database.migrations?.skip) {
    return db;
  }
  if (db.client.config.client === 'pg') {
    await db.transaction(async tx => {
      await tx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
        LOCK,
      ]);
      await db.migrate.latest(migrations);
    });
  } else {
    await db.migrate.latest(migrations);
  }
  return db;
}
