import type { Knex } from 'knex';
import type { StateChangeRow } from '../../tables/runs';

export type HistoryRow = StateChangeRow & {
  stage_name: string | null;
  instance: string | null;
  attempt_number: number | null;
};

/** Everything that happened to a run, its stages and its attempts, oldest first. */
export async function listHistory(
  db: Knex | Knex.Transaction,
  args: { runId: string },
): Promise<HistoryRow[]> {
  return await db('state_changes')
    .leftJoin('stages', 'stages.id', 'state_changes.stage_id')
    .leftJoin('attempts', 'attempts.id', 'state_changes.attempt_id')
    .where('state_changes.run_id', args.runId)
    .orderBy('state_changes.id')
    .select<HistoryRow[]>(
      'state_changes.*',
      'stages.name as stage_name',
      'stages.instance as instance',
      'attempts.number as attempt_number',
    );
}
