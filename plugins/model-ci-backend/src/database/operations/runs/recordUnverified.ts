import type { Knex } from 'knex';
import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';
import { storeReason } from '../../storedReason';
import type { RunRow } from '../../tables/runs';
import { assertTicketHeld } from '../ticket';

/** Notes, before a run starts, why it is not trusted, or that it is. */
export async function recordUnverified(
  db: Knex,
  args: { runId: string; ticket: string; unverified: Reason | undefined },
): Promise<void> {
  const { runId, ticket, unverified } = args;
  const changed = await db<RunRow>('runs')
    .where({ id: runId, ticket, status: 'queued' })
    .update({
      is_untrusted: unverified !== undefined,
      untrusted_reason: storeReason(unverified),
    });
  assertTicketHeld(changed, 'run', runId);
}
