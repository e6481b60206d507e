import type { Knex } from 'knex';
import type { SourceStateRow } from '../../tables/sources';
import type { PipelineRow } from '../../tables/pipelines';

/** The pipelines of a repository, also by the name that its host has given it since. Hosts take names in any case. */
export async function findPipelinesBySource(
  db: Knex | Knex.Transaction,
  repositoryUrl: string,
): Promise<PipelineRow[]> {
  const repository = repositoryUrl.replace(/\/+$/, '');
  const identity = `${repository.toLocaleLowerCase('en-US')} `;
  // Rows of before there were identities.
  const folder = `${repository}/`;
  return await db<PipelineRow>('pipelines')
    .whereNull('removed_at')
    // Not `like`, which ignores case on SQLite, and takes some characters for others.
    .where(query =>
      query
        .whereRaw('substr(source_identity, 1, ?) = ?', [
          identity.length,
          identity,
        ])
        .orWhereRaw('substr(source_url, 1, ?) = ?', [folder.length, folder])
        .orWhereIn(
          'ref',
          db<SourceStateRow>('source_states')
            .where('moved_to', identity.trimEnd())
            .select('pipeline_ref'),
        ),
    )
    .orderBy('ref')
    .select();
}
