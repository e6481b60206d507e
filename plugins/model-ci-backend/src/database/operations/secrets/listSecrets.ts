import type { Knex } from 'knex';
import type { SecretPipelineRow, SecretRow } from '../../tables/secrets';

/** A secret without what it is. */
export type ListedSecret = Omit<SecretRow, 'key_id' | 'sealed'> & {
  isAllowed: boolean;
};

const COLUMNS = [
  'id',
  'scope',
  'subject',
  'environment',
  'name',
  'vault',
  'created_at',
  'updated_at',
  'updated_by',
] as const;

/** Those of a pipeline and of its owner, by name. */
export async function listSecrets(
  db: Knex | Knex.Transaction,
  args: { pipelineRef: string; ownerRef: string; source: string | null },
): Promise<ListedSecret[]> {
  const { pipelineRef, ownerRef, source } = args;
  const rows = await db<SecretRow>('secrets')
    .where(own =>
      own
        .whereIn('scope', ['pipeline', 'environment'])
        .where('subject', pipelineRef),
    )
    .orWhere(owned => owned.where({ scope: 'owner', subject: ownerRef }))
    .orderBy(['name', 'scope', 'environment'])
    .select(...COLUMNS);
  const allowed = await db<SecretPipelineRow>('secret_pipelines')
    .where({ pipeline_ref: pipelineRef })
    .select('secret_id', 'source');
  const ids = new Set(
    allowed.filter(row => row.source === source).map(({ secret_id: id }) => id),
  );
  return rows.map(row => ({ ...row, isAllowed: ids.has(row.id) }));
}
