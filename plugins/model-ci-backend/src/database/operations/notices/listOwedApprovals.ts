import type { Knex } from 'knex';
import type { ApprovalRow } from '../../tables/runs';

/** A question of which, or of whose decision, the owner of the pipeline was not notified yet. */
export interface OwedApproval
  extends Pick<
    ApprovalRow,
    'question' | 'decision' | 'decided_by' | 'decided_at' | 'reason'
  > {
  id: string;
  runId: string;
  runNumber: number;
  pipelineRef: string;
  ownerRef: string;
  stage: string;
  instance: string | null;
}

/** Questions that are open and that nobody was notified of, the oldest first. */
export async function listOwedApprovals(
  db: Knex | Knex.Transaction,
  args: { limit: number },
): Promise<OwedApproval[]> {
  return await select(db, args)
    .whereNull('approvals.notified_at')
    .whereNull('approvals.decision')
    .orderBy('approvals.asked_at');
}

/** Decisions on questions that somebody was notified of, the oldest first. */
export async function listOwedOutcomes(
  db: Knex | Knex.Transaction,
  args: { limit: number },
): Promise<OwedApproval[]> {
  return await select(db, args)
    .whereNotNull('approvals.notified_at')
    .whereNotNull('approvals.decision')
    .whereNull('approvals.outcome_notified_at')
    .orderBy('approvals.decided_at');
}

function select(
  db: Knex | Knex.Transaction,
  { limit }: { limit: number },
): Knex.QueryBuilder<{}, OwedApproval[]> {
  return db('approvals')
    .join('runs', 'runs.id', 'approvals.run_id')
    .join('stages', 'stages.id', 'approvals.stage_id')
    .join('pipelines', 'pipelines.ref', 'runs.pipeline_ref')
    .limit(limit)
    .select<OwedApproval[]>(
      'approvals.id as id',
      'runs.id as runId',
      'runs.number as runNumber',
      'runs.pipeline_ref as pipelineRef',
      'pipelines.owner_ref as ownerRef',
      'stages.name as stage',
      'stages.instance as instance',
      'approvals.question as question',
      'approvals.decision as decision',
      'approvals.decided_by as decided_by',
      'approvals.decided_at as decided_at',
      'approvals.reason as reason',
    );
}
