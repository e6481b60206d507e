import type { Connection } from '../../connection';
import type { RepositoryRow } from '../../tables';

/** Takes a name for a repository. False when it is taken already. */
export async function insertRepository(
  db: Connection,
  row: RepositoryRow,
): Promise<boolean> {
  const inserted = await db<RepositoryRow>('repositories')
    .insert(row)
    .onConflict('name')
    .ignore()
    .returning('name');
  return inserted.length === 1;
}
