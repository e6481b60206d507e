import type { Knex } from 'knex';
import type { ApprovalRow } from '../../tables/runs';

export type ExpiredApproval = Pick<ApprovalRow, 'id' | 'run_id' | 'stage_id'>;

/** Questions that nobody has answered in time; the oldest first. */
export async function listExpiredApprovals(
  db: Knex | Knex.Transaction,
  args: { at: string; limit: number },
): Promise<ExpiredApproval[]> {
  return await db<ApprovalRow>('approvals')
    .whereNull('decision')
    .where('expires_at', '<=', args.at)
    .orderBy('expires_at')
    .limit(args.limit)
    .select('id', 'run_id', 'stage_id');
}
