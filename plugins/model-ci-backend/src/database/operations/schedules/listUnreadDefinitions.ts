import type { Knex } from 'knex';
import type { PipelineRow } from '../../tables/pipelines';

/** Pipelines of which the catalog has another definition than the one that their schedules were read from. */
export async function listUnreadDefinitions(
  db: Knex,
  args: { limit: number },
): Promise<
  Array<Pick<PipelineRow, 'ref' | 'definition' | 'definition_digest'>>
> {
  return await db('pipelines')
    .leftJoin(
      'schedule_states',
      'schedule_states.pipeline_ref',
      'pipelines.ref',
    )
    .whereNull('pipelines.removed_at')
    .whereNotNull('pipelines.definition_digest')
    .whereRaw(
      "pipelines.definition_digest <> coalesce(schedule_states.definition_digest, '')",
    )
    .orderBy('pipelines.ref')
    .limit(args.limit)
    .select(
      'pipelines.ref',
      'pipelines.definition',
      'pipelines.definition_digest',
    );
}
