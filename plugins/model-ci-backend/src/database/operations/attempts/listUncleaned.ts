import type { Knex } from 'knex';
import type { AttemptRow } from '../../tables/runs';

/** Attempts that ended before a time and of which something may be left in the executor or in `log_chunks`. */
export async function listUncleaned(
  db: Knex | Knex.Transaction,
  args: { before: string; limit: number },
): Promise<AttemptRow[]> {
  return await db<AttemptRow>('attempts')
    .whereNotNull('finished_at')
    .whereNull('cleaned_at')
    .where('finished_at', '<=', args.before)
    .orderBy('finished_at')
    .limit(args.limit);
}
