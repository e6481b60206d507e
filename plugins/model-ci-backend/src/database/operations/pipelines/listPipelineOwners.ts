import type { Knex } from 'knex';
import type { PipelineRow } from '../../tables/pipelines';

/** Every owner of a pipeline, also of those that the catalog no longer has. */
export async function listPipelineOwners(
  db: Knex | Knex.Transaction,
): Promise<string[]> {
  return await db<PipelineRow>('pipelines').distinct().pluck('owner_ref');
}
