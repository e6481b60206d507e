import type { Knex } from 'knex';
import {
  formatReason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { updateHeld, type HeldDeployment } from './held';

/** Records why a deployment does not progress; not a change of state. */
export async function recordWaiting(
  db: Knex | Knex.Transaction,
  held: HeldDeployment,
  reason: Reason,
): Promise<void> {
  await updateHeld(db, held, {}, { reason: formatReason(reason) });
}
