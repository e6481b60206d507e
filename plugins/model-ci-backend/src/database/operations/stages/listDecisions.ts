import type { Knex } from 'knex';
import type { ApprovalRow } from '../../tables/runs';

export type DecisionRow = Pick<
  ApprovalRow,
  'run_id' | 'stage_id' | 'decided_by'
> & {
  decision: 'continue' | 'stop';
  decided_at: string;
  /** Name of the stage. */
  stage: string;
};

/**
 * Decisions of people that ended the stages of some runs as they are now, oldest first. Whoever decides ends the stage in the
 * same transaction and at the same time, so that a stage that was retried since has another end, or none.
 */
export async function listDecisions(
  db: Knex | Knex.Transaction,
  args: { runIds: string[] },
): Promise<DecisionRow[]> {
  return await db('approvals')
    .join('stages', join =>
      join
        .on('stages.id', 'approvals.stage_id')
        .andOn('stages.finished_at', 'approvals.decided_at'),
    )
    .whereIn('approvals.run_id', args.runIds)
    .whereIn('approvals.decision', ['continue', 'stop'])
    .orderBy(['approvals.decided_at', 'approvals.id'])
    .select(
      'approvals.run_id',
      'approvals.stage_id',
      'approvals.decision',
      'approvals.decided_by',
      'approvals.decided_at',
      'stages.name as stage',
    );
}
