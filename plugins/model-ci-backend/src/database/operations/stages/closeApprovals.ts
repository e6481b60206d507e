import type { Knex } from 'knex';
import type { ApprovalRow } from '../../tables/runs';

/** Records the decision on what is still open of some stages that the caller moves. */
export async function closeApprovals(
  tx: Knex.Transaction,
  args: {
    stageIds: string[];
    decision: NonNullable<ApprovalRow['decision']>;
    /** Absent where nobody has decided in time. */
    by?: string;
    reason?: string;
    at: string;
  },
): Promise<void> {
  await tx<ApprovalRow>('approvals')
    .whereIn('stage_id', args.stageIds)
    .whereNull('decision')
    .update({
      decision: args.decision,
      decided_by: args.by ?? null,
      decided_at: args.at,
      reason: args.reason ?? null,
    });
}
