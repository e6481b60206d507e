import type { Connection } from '../../connection';
import type { RepositoryRow } from '../../tables';

/** Gives a name back whose repository could not be made. One that is ready keeps it. */
export async function releaseName(
  db: Connection,
  args: { uid: string },
): Promise<void> {
  await db<RepositoryRow>('repositories')
    .where('uid', args.uid)
    .whereNull('ready_at')
    .delete();
}
