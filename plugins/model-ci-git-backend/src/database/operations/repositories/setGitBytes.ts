import type { Connection } from '../../connection';
import type { RepositoryRow } from '../../tables';

/** Keeps how much a repository's objects of git take. */
export async function setGitBytes(
  db: Connection,
  args: { name: string; bytes: number },
): Promise<void> {
  await db<RepositoryRow>('repositories')
    .where('name', args.name)
    .update({ git_bytes: args.bytes });
}
