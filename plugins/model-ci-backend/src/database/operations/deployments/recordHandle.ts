import type { Knex } from 'knex';
import type { JsonObject } from '@backstage/types';
import type { DeploymentRow } from '../../tables/deployments';

/**
 * Stores by which handle a started service is found. It names the start and not the ticket: the service
 * runs, so its handle must be kept even if the deployment was stopped or taken over meanwhile.
 * False when it was already removed or belongs to an earlier start: the caller then stops the service.
 */
export async function recordHandle(
  db: Knex | Knex.Transaction,
  options: {
    id: string;
    serviceId: string;
    handle: JsonObject;
    startDeadlineAt: string;
  },
): Promise<boolean> {
  const handle = JSON.stringify(options.handle);
  const changed = await db<DeploymentRow>('deployments')
    .where({
      id: options.id,
      service_id: options.serviceId,
      stop_handle_done_at: null,
    })
    .where(known => known.whereNull('handle').orWhere('handle', handle))
    .update({
      handle,
      start_deadline_at: options.startDeadlineAt,
      next_restart_at: null,
    });
  return changed === 1;
}
