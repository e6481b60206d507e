import type { Knex } from 'knex';
import { forgetGivenToDeployment } from '../secrets/givenSecrets';
import { removeServiceDownloads } from '../transfers/serviceDownloads';
import type { DeploymentRow } from '../../tables/deployments';

/** Nothing is left of an ended deployment's service. Several replicas may say so; the first one counts. */
export async function recordServiceStopped(
  db: Knex | Knex.Transaction,
  options: { id: string; log?: string; at: string },
): Promise<void> {
  await db<DeploymentRow>('deployments')
    .where({ id: options.id, stop_handle_done_at: null })
    .update({
      stop_handle_done_at: options.at,
      ...(options.log === undefined ? {} : { last_log: options.log }),
    });
  await removeServiceDownloads(db, { id: options.id });
  await forgetGivenToDeployment(db, { deploymentId: options.id });
}
