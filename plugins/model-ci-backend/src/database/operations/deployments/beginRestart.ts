import type { Knex } from 'knex';
import { forgetGiven } from '../secrets/givenSecrets';
import { removeServiceDownloads } from '../transfers/serviceDownloads';
import type { DeploymentRow } from '../../tables/deployments';
import { updateHeld, type HeldDeployment } from './held';

/**
 * Mints the id of the next start, after the ended service was removed. Whoever holds the deployment then starts
 * a service under that id, also if this replica ends in between.
 */
export async function beginRestart(
  db: Knex | Knex.Transaction,
  held: HeldDeployment,
  options: {
    row: Pick<DeploymentRow, 'service_id' | 'restarts'>;
    serviceId: string;
    startDeadlineAt: string;
  },
): Promise<void> {
  await updateHeld(
    db,
    held,
    { status: 'serving', service_id: options.row.service_id },
    {
      service_id: options.serviceId,
      handle: null,
      url: null,
      restarts: options.row.restarts + 1,
      seen_restarts: 0,
      next_restart_at: null,
      start_deadline_at: options.startDeadlineAt,
    },
  );
  await removeServiceDownloads(db, { id: held.id, keep: options.serviceId });
  if (options.row.service_id !== null) {
    await forgetGiven(db, { holderId: options.row.service_id });
  }
}
