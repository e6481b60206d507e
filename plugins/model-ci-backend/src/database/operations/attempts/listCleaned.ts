import type { Knex } from 'knex';
import type { AttemptRow } from '../../tables/runs';

/** What a statement takes as variables on SQLite, with room to spare. */
const MOST = 500;

/** Of some attempts those that there are, and whether they were cleaned up. */
export async function listCleaned(
  db: Knex | Knex.Transaction,
  { attemptIds }: { attemptIds: string[] },
): Promise<Map<string, { isCleaned: boolean }>> {
  const known = new Map<string, { isCleaned: boolean }>();
  for (let first = 0; first < attemptIds.length; first += MOST) {
    const rows = await db<AttemptRow>('attempts')
      .whereIn('id', attemptIds.slice(first, first + MOST))
      .select('id', 'cleaned_at');
    for (const { id, cleaned_at: cleanedAt } of rows) {
      known.set(id, { isCleaned: cleanedAt !== null });
    }
  }
  return known;
}
