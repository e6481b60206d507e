import type { Knex } from 'knex';
import type {
  AliasChange,
  PipelineAliases,
} from '@model-ci/backstage-plugin-model-ci-common';
import { readReason } from '../../storedReason';
import type { AliasChangeRow, AliasRow } from '../../tables/evaluations';

/** The aliases of a pipeline, and how they got where they are, newest first. */
export async function listAliasChanges(
  db: Knex | Knex.Transaction,
  args: { pipelineRef: string; limit: number },
): Promise<PipelineAliases> {
  const { pipelineRef } = args;
  const aliases = await db<AliasRow>('aliases')
    .where('pipeline_ref', pipelineRef)
    .orderBy('alias');
  const changes = await db<AliasChangeRow>('alias_changes')
    .where('pipeline_ref', pipelineRef)
    .orderBy('id', 'desc')
    .limit(args.limit);
  return {
    aliases: aliases.map(({ alias, version, moved_by: by, moved_at: at }) => ({
      alias,
      version,
      by,
      at,
    })),
    changes: changes.map(toChange),
  };
}

function toChange(row: AliasChangeRow): AliasChange {
  return {
    alias: row.alias,
    from: row.from_version ?? undefined,
    to: row.to_version ?? undefined,
    at: row.at,
    by: row.changed_by,
    reason: readReason(row.reason),
    runId: row.run_id ?? undefined,
  };
}
