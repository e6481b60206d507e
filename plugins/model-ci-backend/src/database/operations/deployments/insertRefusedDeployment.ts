import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import {
  formatReason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { DeploymentRow } from '../../tables/deployments';
import { insertDeploymentChange } from './insertChange';

/** Writes a deployment that is `failed` from the start: it was asked for automatically and refused. */
export async function insertRefusedDeployment(
  tx: Knex.Transaction,
  refused: {
    pipelineRef: string;
    version: number;
    environment: string;
    createdBy: string;
    executor: string;
    reason: Reason;
    at: string;
  },
): Promise<string> {
  const id = randomUUID();
  await tx<DeploymentRow>('deployments').insert({
    id,
    pipeline_ref: refused.pipelineRef,
    version: refused.version,
    environment: refused.environment,
    status: 'failed',
    trigger: 'automatic',
    reason: formatReason(refused.reason),
    created_by: refused.createdBy,
    created_at: refused.at,
    finished_at: refused.at,
    executor: refused.executor,
    health: 'unknown',
    restarts: 0,
    crashes: 0,
    cpus: 0,
    memory_bytes: 0,
    gpus: 0,
  });
  await insertDeploymentChange(tx, {
    deploymentId: id,
    to: 'failed',
    by: refused.createdBy,
    reason: refused.reason,
    at: refused.at,
  });
  return id;
}
