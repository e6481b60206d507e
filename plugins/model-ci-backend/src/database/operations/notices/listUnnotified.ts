import type { Knex } from 'knex';
import type { NoticeSubject } from './recordNotices';

/** Those of which nobody was notified yet, in their order. */
export async function listUnnotified(
  db: Knex | Knex.Transaction,
  args: { subject: NoticeSubject; ids: string[] },
): Promise<string[]> {
  const notified = await db('placement_notices')
    .whereIn(args.subject, args.ids)
    .pluck(args.subject);
  return args.ids.filter(id => !notified.includes(id));
}
