import type { Knex } from 'knex';
import type {
  MirroredPipeline,
  PipelineClaim,
  PipelineRow,
} from '../../tables/pipelines';

/**
 * Writes what the catalog answered; whoever was gone is back with it. What is kept under a name belongs to the source
 * that it came from: an entity of that name from another source is only noted as a claim, until an administrator takes
 * the name over for it (`takeOverPipeline`) or the old source comes back. A name without runs is anybody's, and a source
 * that its host has renamed is the same under its new name.
 *
 * Answers the refs that were written.
 */
export async function mirrorPipelines(
  db: Knex | Knex.Transaction,
  rows: MirroredPipeline[],
): Promise<Set<string>> {
  if (rows.length === 0) {
    return new Set();
  }
  const written: Array<{ ref: string }> = await db<PipelineRow>('pipelines')
    .insert(rows.map(row => ({ ...row, claim: null, claim_seen_at: null })))
    .onConflict('ref')
    .merge()
    .whereRaw(
      `pipelines.source_identity = excluded.source_identity
       or (pipelines.source_identity is null and pipelines.source_url = excluded.source_url)
       or exists (select 1 from source_states
         where source_states.pipeline_ref = pipelines.ref and source_states.moved_identity = excluded.source_identity)
       or not exists (select 1 from runs where runs.pipeline_ref = pipelines.ref)`,
    )
    .returning('ref');
  const refs = new Set(written.map(({ ref }) => ref));
  for (const row of rows) {
    if (!refs.has(row.ref)) {
      await noteClaim(db, row);
    }
  }
  return refs;
}

/** The pipeline that the name belonged to is gone from the catalog: one name has one entity. */
async function noteClaim(
  db: Knex | Knex.Transaction,
  row: MirroredPipeline,
): Promise<void> {
  const claim: PipelineClaim = {
    owner: row.owner_ref,
    source: row.source_url ?? row.source_identity ?? 'unknown',
  };
  await db<PipelineRow>('pipelines')
    .where('ref', row.ref)
    .update({
      claim: JSON.stringify(claim),
      claim_seen_at: row.synced_at,
      removed_at: db.raw('coalesce(removed_at, ?)', [row.synced_at]),
    });
}
