import type { Knex } from 'knex';

/** An open question of which the owner of the pipeline was not notified yet. */
export interface OwedApproval {
  id: string;
  runId: string;
  runNumber: number;
  pipelineRef: string;
  ownerRef: string;
  stage: string;
  instance: string | null;
  question: string;
}

/** The oldest first. */
export async function listOwedApprovals(
  db: Knex | Knex.Transaction,
  args: { limit: number },
): Promise<OwedApproval[]> {
  return await db('approvals')
    .join('runs', 'runs.id', 'approvals.run_id')
    .join('stages', 'stages.id', 'approvals.stage_id')
    .join('pipelines', 'pipelines.ref', 'runs.pipeline_ref')
    .whereNull('approvals.notified_at')
    .whereNull('approvals.decision')
    .orderBy('approvals.asked_at')
    .limit(args.limit)
    .select<OwedApproval[]>(
      'approvals.id as id',
      'runs.id as runId',
      'runs.number as runNumber',
      'runs.pipeline_ref as pipelineRef',
      'pipelines.owner_ref as ownerRef',
      'stages.name as stage',
      'stages.instance as instance',
      'approvals.question as question',
    );
}
