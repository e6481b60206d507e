import type { Connection } from '../../connection';
import type { RepositoryRow } from '../../tables';

/** Keeps the commit that a creation made. The first one stays. */
export async function setInitialCommit(
  db: Connection,
  args: { name: string; commit: string },
): Promise<void> {
  await db<RepositoryRow>('repositories')
    .where('name', args.name)
    .whereNull('initial_commit')
    .update({ initial_commit: args.commit });
}
