import type { Knex } from 'knex';
import { isPostgres, lockUntilCommit } from '../../transact';
import type { AliasRow } from '../../tables/evaluations';

/** The row of an alias, which nobody else moves, or makes, until the transaction ends. */
export async function lockAlias(
  tx: Knex.Transaction,
  args: { pipelineRef: string; alias: string },
): Promise<AliasRow | undefined> {
  // A row that is not there cannot be locked.
  await lockUntilCommit(tx, `alias:${args.pipelineRef}:${args.alias}`);
  return await tx<AliasRow>('aliases')
    .where({ pipeline_ref: args.pipelineRef, alias: args.alias })
    .modify(query => {
      if (isPostgres(tx)) {
        query.forUpdate();
      }
    })
    .first();
}
