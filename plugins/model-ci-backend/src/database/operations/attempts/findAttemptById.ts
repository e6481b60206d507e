import type { Knex } from 'knex';
import type { AttemptRow } from '../../tables/runs';

export async function findAttemptById(
  db: Knex | Knex.Transaction,
  attemptId: string,
): Promise<AttemptRow | undefined> {
  return await db<AttemptRow>('attempts').where({ id: attemptId }).first();
}
