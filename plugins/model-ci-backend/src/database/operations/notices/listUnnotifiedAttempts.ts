import type { Knex } from 'knex';
import type { AttemptRow } from '../../tables/runs';
import { byPlace } from '../attempts/listHeads';
import {
  QUEUE_COLUMNS,
  type QueuedAttempt,
  type QueueRow,
  toQueued,
} from '../attempts/listQueue';

/** Of one statement. */
const DEMANDS = 100;

/**
 * Waiting attempts of some demands whose starter is a user and was not notified yet, oldest first. Those of which somebody
 * was notified stay in the database, however long they wait.
 */
export async function listUnnotifiedAttempts(
  db: Knex | Knex.Transaction,
  args: { demands: string[]; limit: number },
): Promise<QueuedAttempt[]> {
  const { demands, limit } = args;
  const found: QueuedAttempt[] = [];
  for (let start = 0; start < demands.length; start += DEMANDS) {
    const rows = await db<AttemptRow>('attempts')
      .whereRaw(`status = 'queued'`)
      .whereIn('demand', demands.slice(start, start + DEMANDS))
      .whereExists(
        db('runs')
          .whereRaw('runs.id = attempts.run_id')
          .where('runs.created_by', 'like', 'user:%')
          .select(db.raw('1')),
      )
      .whereNotExists(
        db('placement_notices')
          .whereRaw('placement_notices.attempt_id = attempts.id')
          .select(db.raw('1')),
      )
      .orderBy(['created_at', 'id'])
      .limit(limit)
      .select<QueueRow[]>(QUEUE_COLUMNS);
    found.push(...rows.map(toQueued));
  }
  return found.sort(byPlace).slice(0, limit);
}
