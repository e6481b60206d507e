import type { Knex } from 'knex';

/** What a notice is about. */
export type NoticeSubject = 'attempt_id' | 'deployment_id';

/** Notes that somebody is told of these now; answers those that nobody was told of before. */
export async function claimNotices(
  db: Knex | Knex.Transaction,
  args: { subject: NoticeSubject; ids: string[]; at: string },
): Promise<string[]> {
  const { subject, ids, at } = args;
  if (ids.length === 0) {
    return [];
  }
  const rows: Array<Record<NoticeSubject, string>> = await db(
    'placement_notices',
  )
    .insert(ids.map(id => ({ [subject]: id, told_at: at })))
    .onConflict(subject)
    .ignore()
    .returning(subject);
  return rows.map(row => row[subject]);
}
