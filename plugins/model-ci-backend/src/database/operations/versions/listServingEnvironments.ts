import type { Knex } from 'knex';

/** Where some versions of a pipeline answer now. */
export async function listServingEnvironments(
  db: Knex | Knex.Transaction,
  args: { pipelineRef: string; versions: number[] },
): Promise<Array<{ version: number; environment: string }>> {
  if (args.versions.length === 0) return [];
  return db('endpoints as e')
    .join('deployments as d', 'd.id', 'e.deployment_id')
    .where('e.pipeline_ref', args.pipelineRef)
    .whereIn('d.version', args.versions)
    .orderBy('e.environment')
    .select('d.version as version', 'e.environment as environment');
}
