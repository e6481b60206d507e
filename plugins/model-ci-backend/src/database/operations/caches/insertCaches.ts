import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { CacheRow } from '../../tables/caches';
import type { CollectedCache } from './types';

/** Of one cache and branch: an older one serves those who come back to what they had. */
const KEPT_OF_BRANCH = 2;
/** Of one pipeline, of all its branches. */
const KEPT_OF_PIPELINE = 64;

/** Records what an attempt leaves for later runs, in place of the oldest. Of two at the same moment one is kept. */
export async function insertCaches(
  tx: Knex.Transaction,
  args: {
    pipelineRef: string;
    runId: string;
    caches: CollectedCache[];
    at: string;
  },
): Promise<void> {
  const { pipelineRef, runId, caches, at } = args;
  if (caches.length === 0) {
    return;
  }
  await tx<CacheRow>('caches')
    .insert(
      caches.map(({ hadSecrets, ...cache }) => ({
        ...cache,
        id: randomUUID(),
        pipeline_ref: pipelineRef,
        had_secrets: hadSecrets,
        run_id: runId,
        created_at: at,
      })),
    )
    .onConflict(['pipeline_ref', 'branch', 'name', 'setting', 'key'])
    .ignore();
  const ranked = tx<CacheRow>('caches')
    .where({ pipeline_ref: pipelineRef })
    .select(
      'id',
      tx.raw(
        'row_number() over (partition by branch, name order by created_at desc, id) as of_branch',
      ),
      tx.raw('row_number() over (order by created_at desc, id) as of_pipeline'),
    )
    .as('ranked');
  await tx<CacheRow>('caches')
    .whereIn(
      'id',
      tx
        .from(ranked)
        .where('of_branch', '>', KEPT_OF_BRANCH)
        .orWhere('of_pipeline', '>', KEPT_OF_PIPELINE)
        .select('id'),
    )
    .delete();
}
