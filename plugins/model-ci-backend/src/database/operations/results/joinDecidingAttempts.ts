import type { Knex } from 'knex';

/**
 * Keeps those rows of a results table (as `r`) that belong to the last attempt of their stage, since the
 * last attempt decides; joins it as `a` and the stage as `s`.
 */
export function joinDecidingAttempts(query: Knex.QueryBuilder): void {
  query
    .join('attempts as a', 'a.id', 'r.attempt_id')
    .join('stages as s', 's.id', 'a.stage_id')
    .whereNotExists(later =>
      later
        .select('later.id')
        .from('attempts as later')
        .whereRaw('later.stage_id = a.stage_id and later.number > a.number'),
    );
}
