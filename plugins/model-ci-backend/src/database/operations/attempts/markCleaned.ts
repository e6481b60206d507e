import type { Knex } from 'knex';
import type { AttemptRow } from '../../tables/runs';

/** Notes that nothing is left of an ended attempt but its rows and its artifacts. Nobody moves the row again. */
export async function markCleaned(
  db: Knex | Knex.Transaction,
  args: { attemptId: string; at: string },
): Promise<void> {
  await db<AttemptRow>('attempts')
    .where({ id: args.attemptId })
    .whereNotNull('finished_at')
    .update({ cleaned_at: args.at });
}
