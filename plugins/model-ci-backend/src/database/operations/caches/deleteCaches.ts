import type { Knex } from 'knex';
import type { CacheRow } from '../../tables/caches';

/** Has the stages of a pipeline begin without caches; answers how many there were. */
export async function deleteCaches(
  db: Knex,
  args: { pipelineRef: string },
): Promise<number> {
  return await db<CacheRow>('caches')
    .where({ pipeline_ref: args.pipelineRef })
    .delete();
}
