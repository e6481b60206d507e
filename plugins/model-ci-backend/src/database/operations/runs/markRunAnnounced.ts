import type { Knex } from 'knex';
import type { RunRow } from '../../tables/runs';

/** Notes that those who wait for the run's success were told. */
export async function markRunAnnounced(
  db: Knex | Knex.Transaction,
  args: { runId: string; at: string },
): Promise<void> {
  await db<RunRow>('runs')
    .where({ id: args.runId, status: 'succeeded' })
    .update({ announced_at: args.at });
}
