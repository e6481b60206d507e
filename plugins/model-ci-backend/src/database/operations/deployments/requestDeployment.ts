import { randomUUID } from 'node:crypto';
import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import {
  type BuiltImage,
  type Deployment,
  formatReason,
  quoted,
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { withReason } from '../../../withReason';
import type { DeploymentRow } from '../../tables/deployments';
import { insertDeploymentChange } from './insertChange';
import { RELEASED } from '../leases';

export interface DeploymentRequest {
  pipelineRef: string;
  version: number;
  environment: string;
  trigger: Deployment['trigger'];
  rollbackOf?: string;
  comment?: string;
  /** Why it is made, in its history; its comment if absent. */
  reason?: Reason;
  createdBy: string;
  executor: string;
  /** Undefined: chosen when it starts. */
  node?: string;
  resources: { cpus: number; memoryBytes: number; gpus: number };
  /** What a stage has built for it to run. */
  image?: BuiltImage;
  /** Seconds that callers wait; undefined: as app-config says. */
  timeouts: { firstByteSeconds?: number; silenceSeconds?: number };
  at: string;
}

/**
 * Queues a deployment and stops an older one that did not get to serve yet. A unique index lets only
 * one be on its way per pipeline and environment, so of two requests at once the second one fails and may be repeated.
 */
export async function requestDeployment(
  tx: Knex.Transaction,
  request: DeploymentRequest,
): Promise<{ id: string; stopped: string[] }> {
  const id = randomUUID();
  const stopped: string[] = [];
  const pending = await tx<DeploymentRow>('deployments')
    .where({
      pipeline_ref: request.pipelineRef,
      environment: request.environment,
    })
    .whereIn('status', ['queued', 'starting'])
    .forUpdate();
  for (const older of pending) {
    if (older.version === request.version) {
      throw withReason(
        ConflictError,
        reason('deployment.alreadyUnderWay', {
          version: request.version,
          status: older.status,
          environment: request.environment,
          deployment: older.id,
        }),
      );
    }
    const why = reason('deployment.replaced', { version: request.version });
    const changed = await tx<DeploymentRow>('deployments')
      .where({ id: older.id, status: older.status })
      .update({
        status: 'stopped',
        health: 'unknown',
        reason: formatReason(why),
        finished_at: request.at,
        ...RELEASED,
      });
    if (changed === 1) {
      await insertDeploymentChange(tx, {
        deploymentId: older.id,
        from: older.status,
        to: 'stopped',
        by: request.createdBy,
        reason: why,
        at: request.at,
      });
      stopped.push(older.id);
    }
  }

  await tx<DeploymentRow>('deployments').insert({
    id,
    pipeline_ref: request.pipelineRef,
    version: request.version,
    environment: request.environment,
    status: 'queued',
    trigger: request.trigger,
    rollback_of: request.rollbackOf ?? null,
    comment: request.comment ?? null,
    created_by: request.createdBy,
    created_at: request.at,
    executor: request.executor,
    node: request.node ?? null,
    health: 'unknown',
    restarts: 0,
    crashes: 0,
    cpus: request.resources.cpus,
    memory_bytes: request.resources.memoryBytes,
    gpus: request.resources.gpus,
    image: request.image ? JSON.stringify(request.image) : null,
    first_byte_ms: toMilliseconds(request.timeouts.firstByteSeconds),
    silence_ms: toMilliseconds(request.timeouts.silenceSeconds),
  });
  const why =
    request.reason ??
    (request.comment === undefined ? undefined : quoted(request.comment));
  await insertDeploymentChange(tx, {
    deploymentId: id,
    to: 'queued',
    by: request.createdBy,
    ...(why && { reason: why }),
    at: request.at,
  });
  return { id, stopped };
}

/** The longest time that timers and the column hold, 24 days. */
const MAX_MILLISECONDS = 2 ** 31 - 1;

function toMilliseconds(seconds: number | undefined): number | null {
  return seconds === undefined
    ? null
    : Math.min(Math.round(seconds * 1000), MAX_MILLISECONDS);
}
