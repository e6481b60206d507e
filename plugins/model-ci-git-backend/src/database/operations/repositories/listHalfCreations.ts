import type { Connection } from '../../connection';
import type { RepositoryRow } from '../../tables';

/** Repositories whose creation began before a time and did not end. */
export async function listHalfCreations(
  db: Connection,
  args: { before: string },
): Promise<RepositoryRow[]> {
  return await db<RepositoryRow>('repositories')
    .whereNull('ready_at')
    .where('created_at', '<', args.before)
    .limit(100);
}
