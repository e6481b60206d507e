import type { Knex } from 'knex';
import type { AttemptRow, RunRow } from '../../tables/runs';

/**
 * Lets the claims of a holder lapse at once, so that another replica takes over without waiting for their leases
 * to expire. Used when a process stops, and by its neighbours when it was killed.
 */
export async function releaseLeases(
  db: Knex | Knex.Transaction,
  args: { holders: string[] },
): Promise<number> {
  const lapsed = { lease_expires_at: new Date(0).toISOString() };
  const attempts = await db<AttemptRow>('attempts')
    .where({ status: 'running' })
    .whereIn('holder', args.holders)
    .update(lapsed);
  const runs = await db<RunRow>('runs')
    .where({ status: 'queued' })
    .whereIn('holder', args.holders)
    .update(lapsed);
  return attempts + runs;
}
