import { parseEntityRef } from '@backstage/catalog-model';
import type { Deployment } from '@model-ci/backstage-plugin-model-ci-common';
import { parseBuiltImage } from '../database/storedImage';
import { readReason } from '../database/storedReason';
import type { DeploymentRow } from '../database/tables/deployments';

/** A row as the API answers it. */
export function toDeployment(row: DeploymentRow): Deployment {
  return {
    id: row.id,
    pipelineRef: row.pipeline_ref,
    version: row.version,
    environment: row.environment,
    status: row.status,
    health: row.health,
    reason: readReason(row.reason),
    comment: row.comment ?? undefined,
    createdBy: row.created_by,
    createdAt: row.created_at,
    servingAt: row.serving_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
    rollbackOf: row.rollback_of ?? undefined,
    trigger: row.trigger,
    executor: row.executor,
    node: row.node ?? undefined,
    ...(row.image !== null && { image: parseBuiltImage(row.image) }),
    restarts: row.restarts,
    ...(row.replicas_ready !== null &&
      row.replicas_wanted !== null && {
        replicas: { ready: row.replicas_ready, wanted: row.replicas_wanted },
      }),
    nextRestartAt: row.next_restart_at ?? undefined,
    endpoint: endpointPath(row.pipeline_ref, row.environment),
  };
}

/** The stable path of a pipeline's endpoint in an environment, below the backend's base URL. */
export function endpointPath(pipelineRef: string, environment: string): string {
  const { namespace, name } = parseEntityRef(pipelineRef);
  return `/api/model-ci/endpoints/${environment}/${namespace}/${name}`;
}
