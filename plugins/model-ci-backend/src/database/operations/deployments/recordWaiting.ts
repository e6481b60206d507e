import type { Knex } from 'knex';
import { updateHeld, type HeldDeployment } from './held';

/** Says why a deployment does not get on; not a change of state. */
export async function recordWaiting(
  db: Knex | Knex.Transaction,
  held: HeldDeployment,
  reason: string,
): Promise<void> {
  await updateHeld(db, held, {}, { reason });
}
