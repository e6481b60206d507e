import type { Knex } from 'knex';

export interface FailedRun {
  id: string;
  number: number;
  pipeline_ref: string;
  status: 'failed' | 'errored';
  branch: string | null;
  reason: string | null;
  created_by: string;
  finished_at: string;
}

/** The run, if it ended badly. */
export async function findFailedRun(
  db: Knex | Knex.Transaction,
  runId: string,
): Promise<FailedRun | undefined> {
  return await db<FailedRun>('runs')
    .where('id', runId)
    .whereIn('status', ['failed', 'errored'])
    .first(
      'id',
      'number',
      'pipeline_ref',
      'status',
      'branch',
      'reason',
      'created_by',
      'finished_at',
    );
}
