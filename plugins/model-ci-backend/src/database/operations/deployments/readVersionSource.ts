import type { Knex } from 'knex';

/** What is known of a version's origin: its run, the source tree and the definition at its commit. */
export interface VersionSource {
  run_id: string;
  commit: string | null;
  branch: string | null;
  source_digest: string | null;
  definition: string | null;
  created_by: string;
}

/** The run behind a model version. */
export async function readVersionSource(
  db: Knex | Knex.Transaction,
  pipelineRef: string,
  version: number,
): Promise<VersionSource | undefined> {
  return db('model_versions')
    .join('runs', 'runs.id', 'model_versions.run_id')
    .where({
      'model_versions.pipeline_ref': pipelineRef,
      'model_versions.version': version,
    })
    .first<VersionSource | undefined>(
      'model_versions.run_id',
      'model_versions.created_by',
      'runs.commit',
      'runs.branch',
      'runs.source_digest',
      'runs.definition',
    );
}
