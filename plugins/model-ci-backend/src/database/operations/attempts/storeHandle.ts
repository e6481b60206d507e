import type { Knex } from 'knex';
import type { Handle } from '@model-ci/backstage-plugin-model-ci-node';
import type { AttemptRow } from '../../tables/runs';
import { assertTicketHeld } from '../ticket';

/** Notes by what the executor finds the attempt again. Its time runs from here. */
export async function storeHandle(
  db: Knex | Knex.Transaction,
  args: {
    attemptId: string;
    ticket: string;
    handle: Handle;
    deadlineAt: string;
  },
): Promise<void> {
  const changed = await db<AttemptRow>('attempts')
    .where({ id: args.attemptId, ticket: args.ticket })
    .update({
      handle: JSON.stringify(args.handle),
      deadline_at: args.deadlineAt,
    });
  assertTicketHeld(changed, 'attempt', args.attemptId);
}
