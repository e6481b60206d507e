import type { Knex } from 'knex';
import type { PipelineRow } from '../../tables/pipelines';

/** The pipelines whose entity was read from below a URL. */
export async function findPipelinesBySource(
  db: Knex | Knex.Transaction,
  repositoryUrl: string,
): Promise<PipelineRow[]> {
  return await db<PipelineRow>('pipelines')
    .whereNull('removed_at')
    // Not `like`, which ignores case on SQLite.
    .whereRaw('substr(source_url, 1, ?) = ?', [
      repositoryUrl.length,
      repositoryUrl,
    ])
    .orderBy('ref')
    .select();
}
