import type { Knex } from 'knex';

/** The version that a run registered. */
export async function readVersionOfRun(
  db: Knex | Knex.Transaction,
  runId: string,
): Promise<{ pipelineRef: string; version: number } | undefined> {
  const row = await db('model_versions')
    .where({ run_id: runId })
    .first<{ pipeline_ref: string; version: number } | undefined>(
      'pipeline_ref',
      'version',
    );
  return row && { pipelineRef: row.pipeline_ref, version: row.version };
}
