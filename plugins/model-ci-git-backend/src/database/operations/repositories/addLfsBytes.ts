import type { Connection } from '../../connection';
import type { RepositoryRow } from '../../tables';

/** Counts objects of Git LFS that were added to a repository. */
export async function addLfsBytes(
  db: Connection,
  args: { name: string; bytes: number },
): Promise<void> {
  await db<RepositoryRow>('repositories')
    .where('name', args.name)
    .increment('lfs_bytes', args.bytes);
}
