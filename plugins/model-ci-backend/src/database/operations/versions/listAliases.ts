import type { Knex } from 'knex';
import type { AliasRow } from '../../tables/evaluations';

/** The aliases that point at some versions of a pipeline. */
export async function listAliases(
  db: Knex | Knex.Transaction,
  args: { pipelineRef: string; versions: number[] },
): Promise<AliasRow[]> {
  if (args.versions.length === 0) return [];
  return db<AliasRow>('aliases')
    .where('pipeline_ref', args.pipelineRef)
    .whereIn('version', args.versions)
    .orderBy('alias')
    .select('*');
}
