import type { Knex } from 'knex';
import type { AliasRow } from '../../tables/evaluations';

/** Lets an alias point at a version, which must exist. */
export async function moveAlias(
  db: Knex | Knex.Transaction,
  args: {
    pipelineRef: string;
    alias: string;
    version: number;
    by: string;
    at: string;
  },
): Promise<void> {
  await db<AliasRow>('aliases')
    .insert({
      pipeline_ref: args.pipelineRef,
      alias: args.alias,
      version: args.version,
      moved_by: args.by,
      moved_at: args.at,
    })
    .onConflict(['pipeline_ref', 'alias'])
    .merge(['version', 'moved_by', 'moved_at']);
}
