import type { Knex } from 'knex';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { storeGpuIds } from '../../gpuIds';
import { insertDeploymentChange } from './insertChange';
import { updateHeld, type HeldDeployment } from './held';

/** `queued` → `starting`, on a node, with the id of the service about to be started. */
export async function placeDeployment(
  tx: Knex.Transaction,
  held: HeldDeployment,
  options: {
    node: string;
    gpuIds?: string[];
    serviceId: string;
    startDeadlineAt: string;
    at: string;
  },
): Promise<void> {
  await updateHeld(
    tx,
    held,
    { status: 'queued' },
    {
      status: 'starting',
      reason: null,
      node: options.node,
      gpu_ids: storeGpuIds(options.gpuIds),
      service_id: options.serviceId,
      start_deadline_at: options.startDeadlineAt,
    },
  );
  await insertDeploymentChange(tx, {
    deploymentId: held.id,
    from: 'queued',
    to: 'starting',
    reason: reason('deployment.placed', { node: options.node }),
    at: options.at,
  });
}
