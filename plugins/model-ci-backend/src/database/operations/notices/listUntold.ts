import type { Knex } from 'knex';
import type { NoticeSubject } from './recordNotices';

/** Which of these nobody was told of, in their order. */
export async function listUntold(
  db: Knex | Knex.Transaction,
  args: { subject: NoticeSubject; ids: string[] },
): Promise<string[]> {
  const told = await db('placement_notices')
    .whereIn(args.subject, args.ids)
    .pluck(args.subject);
  return args.ids.filter(id => !told.includes(id));
}
