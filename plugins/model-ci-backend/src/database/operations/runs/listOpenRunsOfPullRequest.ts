import type { Knex } from 'knex';
import type { RunRow } from '../../tables/runs';

/** Runs of a pull request that have not ended, but for one. */
export async function listOpenRunsOfPullRequest(
  db: Knex,
  args: { pipelineRef: string; number: number; exceptRun?: string },
): Promise<string[]> {
  const rows = await db<RunRow>('runs')
    .where({
      pipeline_ref: args.pipelineRef,
      pull_request_number: args.number,
    })
    .whereIn('status', ['queued', 'running', 'waiting'])
    .whereNull('cancel_requested_at')
    .whereNot('id', args.exceptRun ?? '')
    .select('id');
  return rows.map(({ id }) => id);
}
