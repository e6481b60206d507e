import type { Knex } from 'knex';
import type { PipelineRow } from '../../tables/pipelines';

/**
 * Marks what the catalog no longer has: one pipeline, or every one that a complete reading which began
 * at `notSeenSince` did not meet. The rows stay, because their runs do; claims on their names go.
 */
export async function markRemovedPipelines(
  db: Knex | Knex.Transaction,
  which: { ref: string } | { notSeenSince: string },
  at: string,
): Promise<number> {
  await unseen('claim_seen_at')
    .whereNotNull('claim')
    .update({ claim: null, claim_seen_at: null });
  return await unseen('synced_at')
    .whereNull('removed_at')
    .update({ removed_at: at });

  function unseen(column: 'synced_at' | 'claim_seen_at') {
    const rows = db<PipelineRow>('pipelines');
    return 'ref' in which
      ? rows.where('ref', which.ref)
      : rows.where(column, '<', which.notSeenSince);
  }
}
