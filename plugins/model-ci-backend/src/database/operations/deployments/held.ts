import type { Knex } from 'knex';
import type { DeploymentRow } from '../../tables/deployments';
import { assertTicketHeld } from '../ticket';

/** A deployment that a replica claimed; every write of that replica names the ticket. */
export interface HeldDeployment {
  id: string;
  ticket: string;
}

/** Updates a held deployment; `TicketLostError` if it is not held, or not in the expected state, any more. */
export async function updateHeld(
  db: Knex | Knex.Transaction,
  held: HeldDeployment,
  expected: Partial<DeploymentRow>,
  values: Partial<DeploymentRow>,
): Promise<void> {
  const changed = await db<DeploymentRow>('deployments')
    .where({ ...expected, id: held.id, ticket: held.ticket })
    .update(values);
  assertTicketHeld(changed, 'deployment', held.id);
}
