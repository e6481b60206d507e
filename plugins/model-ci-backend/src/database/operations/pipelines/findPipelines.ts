import type { Knex } from 'knex';
import type { PipelineRow } from '../../tables/pipelines';

/** The pipelines of these refs, removed ones too, in no order. */
export async function findPipelines(
  db: Knex | Knex.Transaction,
  refs: string[],
): Promise<PipelineRow[]> {
  return await db<PipelineRow>('pipelines').whereIn('ref', refs).select();
}
