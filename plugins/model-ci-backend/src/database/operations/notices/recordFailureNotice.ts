import type { Knex } from 'knex';

/** Records that somebody was notified of an end. */
export async function recordFailureNotice(
  db: Knex | Knex.Transaction,
  args: { subjectId: string; endedAt: string; at: string },
): Promise<void> {
  await db('failure_notices')
    .insert({
      subject_id: args.subjectId,
      ended_at: args.endedAt,
      told_at: args.at,
    })
    .onConflict(['subject_id', 'ended_at'])
    .ignore();
}
