import type { Knex } from 'knex';

/** The pipeline that decides who may see a run; undefined if there is no such run. */
export async function findPipelineOfRun(
  db: Knex | Knex.Transaction,
  runId: string,
): Promise<string | undefined> {
  const row: { pipeline_ref: string } | undefined = await db('runs')
    .where('id', runId)
    .first('pipeline_ref');
  return row?.pipeline_ref;
}
