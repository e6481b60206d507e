import type { Knex } from 'knex';
import type { PipelineRow } from '../../tables/pipelines';
import type { SecretPipelineRow, SecretRow } from '../../tables/secrets';

export type UsableSecret = SecretRow & Pick<SecretPipelineRow, 'source'>;

/** The secrets of these names that a pipeline may use, each with the source that it is bound to. */
export async function findUsableSecrets(
  db: Knex | Knex.Transaction,
  args: { pipelineRef: string; environment?: string; names: string[] },
): Promise<UsableSecret[]> {
  const pipeline = await db<PipelineRow>('pipelines')
    .where({ ref: args.pipelineRef })
    .first('owner_ref');
  const rows: UsableSecret[] = await db('secrets')
    .join('secret_pipelines', 'secret_pipelines.secret_id', 'secrets.id')
    .where('secret_pipelines.pipeline_ref', args.pipelineRef)
    .whereIn('secrets.name', args.names)
    .select('secrets.*', 'secret_pipelines.source');
  return rows.filter(({ scope, subject, environment }) => {
    switch (scope) {
      case 'environment':
        return environment === args.environment;
      case 'owner':
        // A pipeline that went to somebody else took nothing with it.
        return subject === pipeline?.owner_ref;
      default:
        return true;
    }
  });
}
