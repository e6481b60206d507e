import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { PushEventRow } from '../../tables';
import type { BranchMove, RequestMove } from './moves';

/** Writes down what is owed to subscribers; the announcer publishes it next. */
export async function insertEvents(
  tx: Knex.Transaction,
  args: {
    repository: string;
    moves: Array<BranchMove | RequestMove>;
    at: string;
  },
): Promise<void> {
  await tx<PushEventRow>('push_events').insert(
    args.moves.map(move => ({
      id: randomUUID(),
      repository: args.repository,
      move: JSON.stringify(move),
      created_at: args.at,
      attempts: 0,
      deliver_after: args.at,
    })),
  );
}
