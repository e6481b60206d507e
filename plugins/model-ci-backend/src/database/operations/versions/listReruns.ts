import type { Knex } from 'knex';
import type { RunRow } from '../../tables/runs';

export type RerunRow = Pick<
  RunRow,
  'id' | 'number' | 'created_by' | 'created_at'
>;

/** The runs that came to a version beside the one that registered it, newest first. */
export async function listReruns(
  db: Knex | Knex.Transaction,
  args: {
    pipelineRef: string;
    version: number;
    registeredBy: string;
    limit: number;
  },
): Promise<RerunRow[]> {
  return await db('version_runs as v')
    .join('runs', 'runs.id', 'v.run_id')
    .where('v.pipeline_ref', args.pipelineRef)
    .where('v.version', args.version)
    .whereNot('v.run_id', args.registeredBy)
    .orderBy('runs.number', 'desc')
    .limit(args.limit)
    .select<RerunRow[]>(
      'runs.id',
      'runs.number',
      'runs.created_by',
      'runs.created_at',
    );
}
