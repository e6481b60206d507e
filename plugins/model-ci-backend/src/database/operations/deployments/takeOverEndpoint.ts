import type { Knex } from 'knex';
import {
  formatReason,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type {
  DeploymentRow,
  EndpointRow,
  ReplicaColumns,
} from '../../tables/deployments';
import { insertDeploymentChange } from './insertChange';
import { updateHeld, type HeldDeployment } from './held';
import { RELEASED } from '../leases';

/**
 * A healthy deployment takes the endpoint: `starting` → `serving`, and the one that served until now → `superseded`.
 * The endpoint's row is locked first, here and in `stopDeployment`, so that the two never wait for each other.
 */
export async function takeOverEndpoint(
  tx: Knex.Transaction,
  held: HeldDeployment,
  options: {
    pipelineRef: string;
    environment: string;
    version: number;
    url: string;
    replicas: ReplicaColumns;
    at: string;
  },
): Promise<{ superseded?: string }> {
  const key = {
    pipeline_ref: options.pipelineRef,
    environment: options.environment,
  };
  const endpoint = await tx<EndpointRow>('endpoints')
    .where(key)
    .forUpdate()
    .first();
  if (endpoint) {
    await supersede(tx, endpoint, options);
  } else {
    await tx<EndpointRow>('endpoints').insert({
      ...key,
      deployment_id: held.id,
    });
  }
  await updateHeld(
    tx,
    held,
    { status: 'starting' },
    {
      status: 'serving',
      serving_at: options.at,
      reason: null,
      url: options.url,
      ...options.replicas,
      health: 'healthy',
      healthy_since: options.at,
      start_deadline_at: null,
    },
  );
  if (endpoint) {
    const moved = await tx<EndpointRow>('endpoints')
      .where({ ...key, deployment_id: endpoint.deployment_id })
      .update({ deployment_id: held.id });
    if (moved !== 1) {
      throw new Error(
        `The endpoint of ${options.pipelineRef} in ${options.environment} moved meanwhile`,
      );
    }
  }
  await insertDeploymentChange(tx, {
    deploymentId: held.id,
    from: 'starting',
    to: 'serving',
    at: options.at,
  });
  return { superseded: endpoint?.deployment_id };
}

async function supersede(
  tx: Knex.Transaction,
  endpoint: EndpointRow,
  by: { version: number; at: string },
): Promise<void> {
  const why = reason('deployment.superseded', { version: by.version });
  const changed = await tx<DeploymentRow>('deployments')
    .where({ id: endpoint.deployment_id, status: 'serving' })
    .update({
      status: 'superseded',
      health: 'unknown',
      reason: formatReason(why),
      finished_at: by.at,
      next_restart_at: null,
      ...RELEASED,
    });
  if (changed !== 1) {
    throw new Error(
      `Deployment ${endpoint.deployment_id} holds an endpoint but does not serve`,
    );
  }
  await insertDeploymentChange(tx, {
    deploymentId: endpoint.deployment_id,
    from: 'serving',
    to: 'superseded',
    reason: why,
    at: by.at,
  });
}
