import type { Knex } from 'knex';
import type { AttemptRow } from '../../tables/runs';
import type { newAttempt } from './newAttempt';

/** SQLite refuses statements with very many values. */
const ROWS_PER_STATEMENT = 100;

/** Queues attempts. They are moved next by whoever claims them. */
export async function insertAttempts(
  tx: Knex.Transaction,
  attempts: Array<ReturnType<typeof newAttempt>>,
): Promise<void> {
  for (let start = 0; start < attempts.length; start += ROWS_PER_STATEMENT) {
    await tx<AttemptRow>('attempts').insert(
      attempts.slice(start, start + ROWS_PER_STATEMENT),
    );
  }
}
