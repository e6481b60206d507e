import type { Knex } from 'knex';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { RunStateRow } from '../../tables/runs';
import { moveAlias } from './moveAlias';

/** Gives the version of a run that has succeeded the alias that its definition names, if it names one. */
export async function promoteVersion(
  tx: Knex.Transaction,
  args: { run: RunStateRow; version: number; alias?: string; at: string },
): Promise<void> {
  const { run, version, alias, at } = args;
  if (alias === undefined) {
    return;
  }
  await moveAlias(tx, {
    pipelineRef: run.pipeline_ref,
    alias,
    version,
    by: run.created_by,
    reason: reason('alias.promoted', { number: run.number }),
    runId: run.id,
    at,
  });
}
