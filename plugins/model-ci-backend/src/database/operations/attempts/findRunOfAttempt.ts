import type { Knex } from 'knex';

/** The run of an attempt and the pipeline that decides who may see it; undefined if there is no such attempt. */
export async function findRunOfAttempt(
  db: Knex | Knex.Transaction,
  attemptId: string,
): Promise<{ runId: string; pipelineRef: string } | undefined> {
  return await db('attempts')
    .join('runs', 'runs.id', 'attempts.run_id')
    .where('attempts.id', attemptId)
    .first('runs.id as runId', 'runs.pipeline_ref as pipelineRef');
}
