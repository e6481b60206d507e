import type { Connection } from '../../connection';
import type { RepositoryRow } from '../../tables';

/** Lets a repository be served. False when its claim of the name was released meanwhile. */
export async function markReady(
  db: Connection,
  args: { uid: string; at: string },
): Promise<boolean> {
  const count = await db<RepositoryRow>('repositories')
    .where('uid', args.uid)
    .update({ ready_at: args.at });
  return count === 1;
}
