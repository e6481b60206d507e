import { gitRepositoryNameSchema } from '@model-ci/backstage-plugin-model-ci-common';
import type { Connection } from '../../connection';
import type { RepositoryRow } from '../../tables';

/**
 * Repositories by name; one that does not exist, or is still being made, is left out. Names come from anywhere: what none can be called is not
 * asked for, as PostgreSQL refuses to compare with a NUL.
 */
export async function findRepositories(
  db: Connection,
  args: { names: string[] },
): Promise<Map<string, RepositoryRow>> {
  const names = args.names.filter(
    name => gitRepositoryNameSchema.safeParse(name).success,
  );
  const rows = await db<RepositoryRow>('repositories')
    .whereIn('name', names)
    .whereNotNull('ready_at');
  return new Map(rows.map(row => [row.name, row]));
}

/** Whoever holds a name, also when its repository is still being made. */
export async function findNamed(
  db: Connection,
  name: string,
): Promise<RepositoryRow | undefined> {
  return await db<RepositoryRow>('repositories').where('name', name).first();
}
