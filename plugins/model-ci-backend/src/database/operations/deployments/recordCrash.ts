import type { Knex } from 'knex';
import {
  formatReason,
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { insertDeploymentChange } from './insertChange';
import { updateHeld, type HeldDeployment } from './held';

/** The service of a serving deployment is gone; `beginRestart` follows at the time given. */
export async function recordCrash(
  tx: Knex.Transaction,
  held: HeldDeployment,
  options: {
    serviceId: string;
    reason: Reason;
    log?: string;
    crashes: number;
    nextRestartAt: string;
    at: string;
  },
): Promise<void> {
  await updateHeld(
    tx,
    held,
    { status: 'serving', service_id: options.serviceId },
    {
      health: 'restarting',
      reason: formatReason(options.reason),
      crashes: options.crashes,
      healthy_since: null,
      next_restart_at: options.nextRestartAt,
      start_deadline_at: null,
      ...(options.log === undefined ? {} : { last_log: options.log }),
    },
  );
  await insertDeploymentChange(tx, {
    deploymentId: held.id,
    from: 'serving',
    to: 'serving',
    reason: reason('deployment.restartAt', {
      reason: options.reason,
      time: { time: options.nextRestartAt },
    }),
    at: options.at,
  });
}
