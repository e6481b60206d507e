import type { Knex } from 'knex';
import {
  formatReason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { RunRow } from '../../tables/runs';
import { assertTicketHeld } from '../ticket';
import { RELEASED } from '../leases';

/** Gives the claim of a run back, to be tried again later. The next preparation moves the row. */
export async function postponeRun(
  db: Knex | Knex.Transaction,
  args: {
    runId: string;
    ticket: string;
    failures: number;
    after: string;
    reason: Reason;
  },
): Promise<void> {
  const changed = await db<RunRow>('runs')
    .where({ id: args.runId, ticket: args.ticket })
    .update({
      ...RELEASED,
      prepare_failures: args.failures,
      prepare_after: args.after,
      reason: formatReason(args.reason),
    });
  assertTicketHeld(changed, 'run', args.runId);
}
