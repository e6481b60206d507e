import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { PushEventRow } from '../../tables';
import type { BranchMove, RequestEvent } from './events';

/** Writes down what is owed to subscribers; the announcer publishes it next. */
export async function insertEvents(
  tx: Knex.Transaction,
  args: {
    repository: string;
    events: Array<BranchMove | RequestEvent>;
    at: string;
  },
): Promise<void> {
  await tx<PushEventRow>('push_events').insert(
    args.events.map(event => ({
      id: randomUUID(),
      repository: args.repository,
      move: JSON.stringify(event),
      created_at: args.at,
      attempts: 0,
      deliver_after: args.at,
    })),
  );
}
