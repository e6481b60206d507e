import type { Knex } from 'knex';
import type { PipelineRow } from '../../tables/pipelines';

/** Writes what the catalog answered. Whoever was gone is back with it. */
export async function upsertPipelines(
  db: Knex | Knex.Transaction,
  rows: PipelineRow[],
): Promise<void> {
  if (rows.length > 0) {
    await db<PipelineRow>('pipelines').insert(rows).onConflict('ref').merge();
  }
}
