import type { Knex } from 'knex';
import type { NoticeSubject } from './claimNotices';

/** Takes back that somebody was told, where that did not come about. */
export async function releaseNotices(
  db: Knex | Knex.Transaction,
  args: { subject: NoticeSubject; ids: string[] },
): Promise<void> {
  await db('placement_notices').whereIn(args.subject, args.ids).delete();
}
