import type { Knex } from 'knex';
import type { ApprovalRow } from '../../tables/runs';

/** Records that the owner was notified of a question. */
export async function recordApprovalNotice(
  db: Knex | Knex.Transaction,
  args: { id: string; at: string },
): Promise<void> {
  await db<ApprovalRow>('approvals')
    .where({ id: args.id })
    .whereNull('notified_at')
    .update({ notified_at: args.at });
}
