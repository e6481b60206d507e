import { z } from 'zod';
import type { Connection } from '../../connection';
import type { RepositoryRow } from '../../tables';

/** PostgreSQL answers large numbers as text. */
const sumSchema = z.object({
  repositories: z.coerce.number(),
  bytes: z.coerce.number(),
});

/** What an owner's repositories take together. */
export async function sumOwner(
  db: Connection,
  args: { ownerRef: string },
): Promise<{ repositories: number; bytes: number }> {
  const row: unknown = await db<RepositoryRow>('repositories')
    .where('owner_ref', args.ownerRef)
    .select(
      db.raw('count(*) as repositories'),
      db.raw('coalesce(sum(git_bytes + lfs_bytes), 0) as bytes'),
    )
    .first();
  return sumSchema.parse(row);
}
