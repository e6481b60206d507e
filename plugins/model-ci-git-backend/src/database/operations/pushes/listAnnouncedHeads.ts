import type { Connection } from '../../connection';
import type { AnnouncedHeadRow } from '../../tables';

/** Where the branches of a repository stood when they were announced last. */
export async function listAnnouncedHeads(
  db: Connection,
  args: { repository: string },
): Promise<Map<string, string>> {
  const rows = await db<AnnouncedHeadRow>('announced_heads').where(
    'repository',
    args.repository,
  );
  return new Map(rows.map(row => [row.branch, row.commit]));
}
