import type { Connection } from '../../connection';
import type { RepositoryRow } from '../../tables';

/** Gives a name back that {@link insertRepository} took, when the repository could not be made. */
export async function deleteRepository(
  db: Connection,
  args: { name: string },
): Promise<void> {
  await db<RepositoryRow>('repositories').where('name', args.name).delete();
}
