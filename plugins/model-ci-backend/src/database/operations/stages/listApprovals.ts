import type { Knex } from 'knex';
import type { ApprovalRow } from '../../tables/runs';

/** What people were asked about the stages of a run, oldest first. */
export async function listApprovals(
  db: Knex | Knex.Transaction,
  args: { runId: string },
): Promise<ApprovalRow[]> {
  return await db<ApprovalRow>('approvals')
    .where({ run_id: args.runId })
    .orderBy(['asked_at', 'id']);
}
