import type { Knex } from 'knex';
import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';
import { storeReason } from '../../storedReason';
import type { AliasChangeRow, AliasRow } from '../../tables/evaluations';
import { lockAlias } from './lockAlias';

/** Takes an alias away; its history stays. One that is not there stays away. */
export async function removeAlias(
  tx: Knex.Transaction,
  args: {
    pipelineRef: string;
    alias: string;
    by: string;
    reason?: Reason;
    at: string;
  },
): Promise<void> {
  const { pipelineRef, alias } = args;
  const before = await lockAlias(tx, { pipelineRef, alias });
  if (!before) {
    return;
  }
  await tx<AliasRow>('aliases')
    .where({ pipeline_ref: pipelineRef, alias })
    .delete();
  await tx<AliasChangeRow>('alias_changes').insert({
    pipeline_ref: pipelineRef,
    alias,
    from_version: before.version,
    to_version: null,
    changed_by: args.by,
    reason: storeReason(args.reason),
    run_id: null,
    at: args.at,
  });
}
