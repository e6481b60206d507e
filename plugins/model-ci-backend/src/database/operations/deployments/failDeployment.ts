import type { Knex } from 'knex';
import {
  formatReason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { insertDeploymentChange } from './insertChange';
import { updateHeld, type HeldDeployment } from './held';
import { RELEASED } from '../leases';

/** `queued` | `starting` → `failed`. What serves until now goes on serving. */
export async function failDeployment(
  tx: Knex.Transaction,
  held: HeldDeployment,
  options: {
    from: 'queued' | 'starting';
    reason: Reason;
    log?: string;
    /** The executor refused to start anything, so there is nothing to remove. */
    nothingStarted?: boolean;
    at: string;
  },
): Promise<void> {
  await updateHeld(
    tx,
    held,
    { status: options.from },
    {
      status: 'failed',
      health: 'unknown',
      reason: formatReason(options.reason),
      last_log: options.log ?? null,
      finished_at: options.at,
      stop_handle_done_at: options.nothingStarted ? options.at : null,
      ...RELEASED,
    },
  );
  await insertDeploymentChange(tx, {
    deploymentId: held.id,
    from: options.from,
    to: 'failed',
    reason: options.reason,
    at: options.at,
  });
}
