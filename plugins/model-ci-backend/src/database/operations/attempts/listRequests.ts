import type { Knex } from 'knex';
import type { AttemptRow } from '../../tables/runs';

/** What somebody wants to be done to a running attempt. */
export interface AttemptRequest {
  attemptId: string;
  cancel: boolean;
  /** Whether its node is to be empty. */
  evict: boolean;
  giveUp?: { by: string; reason: string };
}

/** The attempts of a holder that somebody wants to be cancelled, given up, or off their node. */
export async function listRequests(
  db: Knex | Knex.Transaction,
  args: { holder: string },
): Promise<AttemptRequest[]> {
  const rows = await db<AttemptRow>('attempts')
    .where({ status: 'running', holder: args.holder })
    .andWhere(request =>
      request
        .whereNotNull('cancel_requested_at')
        .orWhereNotNull('give_up_requested_at')
        .orWhereNotNull('evict_requested_at'),
    )
    .select(
      'id',
      'cancel_requested_at',
      'evict_requested_at',
      'give_up_requested_by',
      'give_up_reason',
    );
  return rows.map(row => ({
    attemptId: row.id,
    cancel: row.cancel_requested_at !== null,
    evict: row.evict_requested_at !== null,
    ...(row.give_up_requested_by !== null && {
      giveUp: {
        by: row.give_up_requested_by,
        reason: row.give_up_reason ?? '',
      },
    }),
  }));
}
