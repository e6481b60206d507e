import type { Knex } from 'knex';
import type { DeploymentRow } from '../../tables/deployments';
import {
  narrowPipelines,
  type PipelineFilter,
} from '../pipelines/narrowPipelines';

export interface DeploymentFilter extends PipelineFilter {
  pipelineRefs?: string[];
  environment?: string;
  version?: number;
  /** Only what comes after this one. */
  after?: { createdAt: string; id: string };
  limit: number;
}

/** Deployments, newest first. */
export async function listDeployments(
  db: Knex | Knex.Transaction,
  filter: DeploymentFilter,
): Promise<DeploymentRow[]> {
  const query = db<DeploymentRow>('deployments')
    .select('deployments.*')
    .orderBy([
      { column: 'deployments.created_at', order: 'desc' },
      { column: 'deployments.id', order: 'desc' },
    ])
    .limit(filter.limit);
  if (filter.pipelineRefs) {
    query.whereIn('deployments.pipeline_ref', filter.pipelineRefs);
  }
  if (filter.ownerRefs || filter.q) {
    query.whereIn(
      'deployments.pipeline_ref',
      db('pipelines').select('ref').modify(narrowPipelines, filter),
    );
  }
  if (filter.environment !== undefined) {
    query.where('deployments.environment', filter.environment);
  }
  if (filter.version !== undefined) {
    query.where('deployments.version', filter.version);
  }
  if (filter.after) {
    const { createdAt, id } = filter.after;
    query.where(after =>
      after
        .where('deployments.created_at', '<', createdAt)
        .orWhere(same =>
          same
            .where('deployments.created_at', createdAt)
            .where('deployments.id', '<', id),
        ),
    );
  }
  return query;
}
