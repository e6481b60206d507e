import type { Knex } from 'knex';
import type { AliasRow } from '../../tables/evaluations';

/** The aliases that point at some versions of a pipeline, or at any of them. */
export async function listAliases(
  db: Knex | Knex.Transaction,
  args: { pipelineRef: string; versions?: number[] },
): Promise<AliasRow[]> {
  const { pipelineRef, versions } = args;
  if (versions?.length === 0) return [];
  return db<AliasRow>('aliases')
    .where('pipeline_ref', pipelineRef)
    .modify(query => {
      if (versions) query.whereIn('version', versions);
    })
    .orderBy('alias')
    .select('*');
}
