import type { Knex } from 'knex';

/** The pipelines whose runs have produced a blob, as an artifact, a report or an example set. */
export async function listPipelinesOfBlob(
  db: Knex | Knex.Transaction,
  args: { digest: string },
): Promise<string[]> {
  const rows: Array<{ pipeline_ref: string }> = await db('runs')
    .distinct('pipeline_ref')
    .whereIn(
      'id',
      db('artifacts').select('run_id').where('digest', args.digest),
    )
    .orWhereIn(
      'id',
      db('reports').select('run_id').where('digest', args.digest),
    )
    .orWhereIn(
      'id',
      db('example_sets').select('run_id').where('digest', args.digest),
    )
    .orderBy('pipeline_ref');
  return rows.map(row => row.pipeline_ref);
}
