import type { Knex } from 'knex';
import type { RunRow } from '../../tables/runs';

export type DecidingRun = Pick<
  RunRow,
  'id' | 'pipeline_ref' | 'number' | 'status'
>;

/**
 * For each pipeline the run that decides about a commit of a pull request: the newest that the request started, or the
 * newest of a branch at that commit where it started none.
 */
export async function findDecidingRuns(
  db: Knex,
  args: { pipelineRefs: string[]; commit: string; number: number },
): Promise<Map<string, DecidingRun>> {
  const rows = await db<RunRow>('runs')
    .whereIn('pipeline_ref', args.pipelineRefs)
    .where('commit', args.commit)
    .where(query =>
      query
        .whereNull('pull_request_number')
        .orWhere('pull_request_number', args.number),
    )
    .orderByRaw(
      'case when pull_request_number is null then 0 else 1 end, number',
    )
    .select('id', 'pipeline_ref', 'number', 'status');
  // The last of each pipeline stays.
  return new Map(rows.map(row => [row.pipeline_ref, row]));
}
