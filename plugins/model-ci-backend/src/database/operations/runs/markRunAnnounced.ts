import type { Knex } from 'knex';
import type { RunRow } from '../../tables/runs';

/** Records that the run's success was announced to those who wait for it. */
export async function markRunAnnounced(
  db: Knex | Knex.Transaction,
  args: { runId: string; at: string },
): Promise<void> {
  await db<RunRow>('runs')
    .where({ id: args.runId, status: 'succeeded' })
    .update({ announced_at: args.at });
}
