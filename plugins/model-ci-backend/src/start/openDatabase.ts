import {
  type DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { openMigrated } from '@model-ci/backstage-plugin-model-ci-node';
import type { Knex } from 'knex';

/** The database with its tables as this release has them. */
export async function openDatabase(database: DatabaseService): Promise<Knex> {
  return await openMigrated(database, {
    directory: resolvePackagePath(
      '@model-ci/backstage-plugin-model-ci-backend',
      'migrations',
    ),
  });
}
