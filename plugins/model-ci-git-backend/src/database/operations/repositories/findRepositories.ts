import type { Connection } from '../../connection';
import type { RepositoryRow } from '../../tables';

/** Repositories by name; a name that does not exist is left out. */
export async function findRepositories(
  db: Connection,
  args: { names: string[] },
): Promise<Map<string, RepositoryRow>> {
  const rows = await db<RepositoryRow>('repositories').whereIn(
    'name',
    args.names,
  );
  return new Map(rows.map(row => [row.name, row]));
}
