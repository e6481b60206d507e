import type { Knex } from 'knex';
import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';
import { storeReason } from '../../storedReason';
import type { RunRow } from '../../tables/runs';
import { assertTicketHeld } from '../ticket';

/** Notes, before a run starts, why it is not trusted, or that it is. */
export async function noteDoubt(
  db: Knex,
  args: { runId: string; ticket: string; doubt: Reason | undefined },
): Promise<void> {
  const { runId, ticket, doubt } = args;
  const changed = await db<RunRow>('runs')
    .where({ id: runId, ticket, status: 'queued' })
    .update({
      is_untrusted: doubt !== undefined,
      untrusted_reason: storeReason(doubt),
    });
  assertTicketHeld(changed, 'run', runId);
}
