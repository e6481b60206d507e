import type { Knex } from 'knex';
import type { AttemptRow } from '../../tables/runs';

/** The attempts of a holder that somebody wants to be cancelled. */
export async function listCancelRequests(
  db: Knex | Knex.Transaction,
  args: { holder: string },
): Promise<string[]> {
  const attempts = await db<AttemptRow>('attempts')
    .where({ status: 'running', holder: args.holder })
    .whereNotNull('cancel_requested_at')
    .select('id');
  return attempts.map(attempt => attempt.id);
}
