import type { Knex } from 'knex';
import type { PipelineRow } from '../../tables/pipelines';

export interface DueSource {
  ref: string;
  source_url: string;
  entity_url: string;
}

/**
 * The pipelines whose sources were not looked at since a time, a later one for those with a problem, or whose place has
 * changed; those that were never looked at first.
 */
export async function listDueSources(
  db: Knex,
  args: { fineBefore: string; brokenBefore: string; limit: number },
): Promise<DueSource[]> {
  return await db<PipelineRow>('pipelines')
    .leftJoin('source_states', 'source_states.pipeline_ref', 'pipelines.ref')
    .whereNull('pipelines.removed_at')
    .whereNotNull('pipelines.source_url')
    .whereNotNull('pipelines.entity_url')
    .where(due =>
      due
        .whereNull('source_states.checked_at')
        .orWhereRaw('source_states.entity_url <> pipelines.entity_url')
        .orWhere('source_states.checked_at', '<', args.fineBefore)
        .orWhere(broken =>
          broken
            .whereNotNull('source_states.problem')
            .where('source_states.checked_at', '<', args.brokenBefore),
        ),
    )
    .orderByRaw(`coalesce(source_states.checked_at, ''), pipelines.ref`)
    .limit(args.limit)
    .select('pipelines.ref', 'pipelines.source_url', 'pipelines.entity_url');
}
