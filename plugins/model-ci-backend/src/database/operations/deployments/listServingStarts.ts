import type { Knex } from 'knex';
import type { DeploymentRow } from '../../tables/deployments';

export interface ServingStart {
  at: string;
  version: number;
  environment: string;
}

/** When versions of a pipeline began to serve, the newest of them, oldest first. */
export async function listServingStarts(
  db: Knex | Knex.Transaction,
  args: { pipelineRef: string; limit: number },
): Promise<ServingStart[]> {
  const rows = await db<DeploymentRow>('deployments')
    .where('pipeline_ref', args.pipelineRef)
    .whereNotNull('serving_at')
    .orderBy('serving_at', 'desc')
    .limit(args.limit)
    .select('serving_at', 'version', 'environment');
  return rows
    .map(row => ({
      at: row.serving_at ?? '',
      version: row.version,
      environment: row.environment,
    }))
    .reverse();
}
