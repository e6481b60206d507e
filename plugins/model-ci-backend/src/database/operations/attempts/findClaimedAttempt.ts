import type { Knex } from 'knex';
import type { AttemptRow } from '../../tables/runs';
import { TicketLostError } from '../ticket';

export type ClaimedAttemptRow = AttemptRow & {
  stage_name: string;
  instance: string | null;
};

/** The row of an attempt, for whoever holds its ticket. */
export async function findClaimedAttempt(
  db: Knex | Knex.Transaction,
  args: { attemptId: string; ticket: string },
): Promise<ClaimedAttemptRow> {
  const row = await db('attempts')
    .join('stages', 'stages.id', 'attempts.stage_id')
    .where({ 'attempts.id': args.attemptId, 'attempts.ticket': args.ticket })
    .first<ClaimedAttemptRow | undefined>(
      'attempts.*',
      'stages.name as stage_name',
      'stages.instance as instance',
    );
  if (!row) {
    throw new TicketLostError('attempt', args.attemptId);
  }
  return row;
}
