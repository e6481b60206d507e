import type { Knex } from 'knex';
import type { SourceStateRow } from '../../tables/sources';

/** The sources of these pipelines that have a problem. */
export async function findSourceProblems(
  db: Knex,
  pipelineRefs: string[],
): Promise<SourceStateRow[]> {
  return await db<SourceStateRow>('source_states')
    .whereIn('pipeline_ref', pipelineRefs)
    .whereNotNull('problem')
    .select();
}

/** Whether the host of a pipeline's repository says that it is called otherwise now, and how. */
export async function isMovedTo(
  db: Knex,
  pipelineRef: string,
  repositoryUrl: string,
): Promise<boolean> {
  const row = await db<SourceStateRow>('source_states')
    .where('pipeline_ref', pipelineRef)
    .where('moved_to', repositoryUrl.toLocaleLowerCase('en-US'))
    .first('pipeline_ref');
  return row !== undefined;
}

/** Has the sources of pipelines looked at again at once. */
export async function markSourcesDue(
  db: Knex,
  pipelineRefs: string[],
): Promise<void> {
  await db<SourceStateRow>('source_states')
    .whereIn('pipeline_ref', pipelineRefs)
    .update({ checked_at: null });
}
