import type { Knex } from 'knex';
import { isPostgres } from '../../transact';
import type { AliasRow } from '../../tables/evaluations';

/** The row of an alias, which nobody else moves until the transaction ends. */
export async function lockAlias(
  tx: Knex.Transaction,
  args: { pipelineRef: string; alias: string },
): Promise<AliasRow | undefined> {
  return await tx<AliasRow>('aliases')
    .where({ pipeline_ref: args.pipelineRef, alias: args.alias })
    .modify(query => {
      if (isPostgres(tx)) {
        query.forUpdate();
      }
    })
    .first();
}
