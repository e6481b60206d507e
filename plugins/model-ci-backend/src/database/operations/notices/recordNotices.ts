import type { Knex } from 'knex';

/** What a notice is about. */
export type NoticeSubject = 'attempt_id' | 'deployment_id';

/** Records that somebody was notified of these. */
export async function recordNotices(
  db: Knex | Knex.Transaction,
  args: { subject: NoticeSubject; ids: string[]; at: string },
): Promise<void> {
  const { subject, ids, at } = args;
  await db('placement_notices')
    .insert(ids.map(id => ({ [subject]: id, told_at: at })))
    .onConflict(subject)
    .ignore();
}
