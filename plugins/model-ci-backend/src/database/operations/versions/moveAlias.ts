import type { Knex } from 'knex';
import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';
import { storeReason } from '../../storedReason';
import type { AliasChangeRow, AliasRow } from '../../tables/evaluations';
import { lockAlias } from './lockAlias';

/** Lets an alias point at a version, which must exist; one that does already stays as it is. */
export async function moveAlias(
  tx: Knex.Transaction,
  args: {
    pipelineRef: string;
    alias: string;
    version: number;
    by: string;
    reason?: Reason;
    /** The run that promotes its version. */
    runId?: string;
    at: string;
  },
): Promise<void> {
  const { pipelineRef, alias, version, by, at } = args;
  const before = await lockAlias(tx, { pipelineRef, alias });
  if (before?.version === version) {
    return;
  }
  await tx<AliasRow>('aliases')
    .insert({
      pipeline_ref: pipelineRef,
      alias,
      version,
      moved_by: by,
      moved_at: at,
    })
    .onConflict(['pipeline_ref', 'alias'])
    .merge(['version', 'moved_by', 'moved_at']);
  await tx<AliasChangeRow>('alias_changes').insert({
    pipeline_ref: pipelineRef,
    alias,
    from_version: before?.version ?? null,
    to_version: version,
    changed_by: by,
    reason: storeReason(args.reason),
    run_id: args.runId ?? null,
    at,
  });
}
