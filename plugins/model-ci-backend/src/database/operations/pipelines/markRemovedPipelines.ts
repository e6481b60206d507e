import type { Knex } from 'knex';
import type { PipelineRow } from '../../tables/pipelines';

/**
 * Marks what the catalog no longer has: one pipeline, or every one that a complete reading which began
 * at `notSeenSince` did not meet. The rows stay, because their runs do.
 */
export async function markRemovedPipelines(
  db: Knex | Knex.Transaction,
  which: { ref: string } | { notSeenSince: string },
  at: string,
): Promise<number> {
  return await db<PipelineRow>('pipelines')
    .whereNull('removed_at')
    .where(query => {
      if ('ref' in which) {
        query.where('ref', which.ref);
      } else {
        query.where('synced_at', '<', which.notSeenSince);
      }
    })
    .update({ removed_at: at });
}
