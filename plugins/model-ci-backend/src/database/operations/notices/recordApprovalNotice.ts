import type { Knex } from 'knex';
import type { ApprovalRow } from '../../tables/runs';

/** Records that the owner was notified of a question, or of the decision on it. */
export async function recordApprovalNotice(
  db: Knex | Knex.Transaction,
  args: { id: string; of: 'question' | 'decision'; at: string },
): Promise<void> {
  const column = args.of === 'question' ? 'notified_at' : 'outcome_notified_at';
  await db<ApprovalRow>('approvals')
    .where({ id: args.id })
    .whereNull(column)
    .update({ [column]: args.at });
}
