import type { Knex } from 'knex';
import type { AttemptRow } from '../../tables/runs';

/** Notes that nothing is left of ended attempts but rows and artifacts. Nobody moves the rows again. */
export async function markCleaned(
  db: Knex | Knex.Transaction,
  args: { attemptIds: string[]; at: string },
): Promise<void> {
  await db<AttemptRow>('attempts')
    .whereIn('id', args.attemptIds)
    .whereNotNull('finished_at')
    .update({ cleaned_at: args.at });
}
