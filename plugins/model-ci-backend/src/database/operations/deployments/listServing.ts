import type { Knex } from 'knex';

/** What serves where, by the name of the environment. */
export async function listServing(
  db: Knex | Knex.Transaction,
  args: { pipelineRef: string },
): Promise<Array<{ version: number; environment: string }>> {
  return await db('endpoints as e')
    .join('deployments as d', 'd.id', 'e.deployment_id')
    .where('e.pipeline_ref', args.pipelineRef)
    .orderBy('e.environment')
    .select('d.version as version', 'e.environment as environment');
}
