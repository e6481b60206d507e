import type { Knex } from 'knex';
import type { ApprovalRow } from '../../tables/runs';

/** A question of which the owner is to be notified. */
export interface ApprovalNotice {
  id: string;
  runId: string;
  runNumber: number;
  pipelineRef: string;
  ownerRef: string;
  stage: string;
  question: string;
}

/** Takes the questions of which nobody was notified, so that replicas notify once. */
export async function claimApprovalNotices(
  db: Knex,
  args: { at: string; limit: number },
): Promise<ApprovalNotice[]> {
  const open = await db<ApprovalRow>('approvals')
    .whereNull('notified_at')
    .whereNull('decision')
    .orderBy('asked_at')
    .limit(args.limit)
    .select('id');
  const claimed = await db<ApprovalRow>('approvals')
    .whereIn(
      'id',
      open.map(({ id }) => id),
    )
    .whereNull('notified_at')
    .update({ notified_at: args.at })
    .returning('id');
  return await db('approvals')
    .join('runs', 'runs.id', 'approvals.run_id')
    .join('stages', 'stages.id', 'approvals.stage_id')
    .join('pipelines', 'pipelines.ref', 'runs.pipeline_ref')
    .whereIn(
      'approvals.id',
      claimed.map(({ id }) => id),
    )
    .select<ApprovalNotice[]>(
      'approvals.id as id',
      'runs.id as runId',
      'runs.number as runNumber',
      'runs.pipeline_ref as pipelineRef',
      'pipelines.owner_ref as ownerRef',
      'stages.name as stage',
      'approvals.question as question',
    );
}

/** Gives back what could not be sent. */
export async function releaseApprovalNotices(
  db: Knex,
  args: { ids: string[] },
): Promise<void> {
  await db<ApprovalRow>('approvals')
    .whereIn('id', args.ids)
    .update({ notified_at: null });
}
