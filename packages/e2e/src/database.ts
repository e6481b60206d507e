import { randomUUID } from 'node:crypto';
import path from 'node:path';
import knexFactory from 'knex';

/** Where the plugins of a portal keep their rows. */
export interface PortalDatabase {
  /** Value of `backend.database` in app-config. */
  config: object;
  /** Removes what the portal made, once it was stopped. */
  drop(): Promise<void>;
}

export function sqliteDatabase(directory: string): PortalDatabase {
  return {
    config: {
      client: 'better-sqlite3',
      connection: { directory: path.join(directory, 'database') },
    },
    // It goes with the folder.
    drop: async () => {},
  };
}

/** One database for each plugin, as Backstage makes them in real use. */
export function postgresDatabase(connection: string): PortalDatabase {
  const prefix = `e2e_${randomUUID().slice(0, 8)}_`;
  return {
    config: { client: 'pg', connection, prefix },
    async drop() {
      const db = knexFactory({ client: 'pg', connection });
      try {
        const names: string[] = await db('pg_database')
          .whereLike('datname', `${prefix.replaceAll('_', '\\_')}%`)
          .pluck('datname');
        for (const name of names) {
          await db.raw('drop database ?? with (force)', [name]);
        }
      } finally {
        await db.destroy();
      }
    },
  };
}
