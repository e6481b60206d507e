import {
  type DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { openMigrated } from '@model-ci/backstage-plugin-model-ci-node';
import type { Knex } from 'knex';

export const MIGRATIONS = resolvePackagePath(
  '@model-ci/backstage-plugin-model-ci-git-backend',
  'migrations',
);

/** Opens the plugin's database and brings its tables up to date. */
export async function openDatabase(database: DatabaseService): Promise<Knex> {
  return await openMigrated(database, { directory: MIGRATIONS });
}
