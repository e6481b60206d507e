import type { Knex } from 'knex';

/** The pipeline that decides who may see a deployment; undefined if there is no such deployment. */
export async function findPipelineOfDeployment(
  db: Knex | Knex.Transaction,
  deploymentId: string,
): Promise<string | undefined> {
  const row: { pipeline_ref: string } | undefined = await db('deployments')
    .where('id', deploymentId)
    .first('pipeline_ref');
  return row?.pipeline_ref;
}
