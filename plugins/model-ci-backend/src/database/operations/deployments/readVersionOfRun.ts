import type { Knex } from 'knex';

/** The version that a run made. */
export async function readVersionOfRun(
  db: Knex | Knex.Transaction,
  runId: string,
): Promise<{ pipelineRef: string; version: number } | undefined> {
  const row = await db('version_runs')
    .where({ run_id: runId })
    .first<{ pipeline_ref: string; version: number } | undefined>(
      'pipeline_ref',
      'version',
    );
  return row && { pipelineRef: row.pipeline_ref, version: row.version };
}
