import type { Knex } from 'knex';
import type { AttemptRow } from '../../tables/runs';

/** All attempts of a run, oldest first. */
export async function listAttempts(
  db: Knex | Knex.Transaction,
  args: { runId: string },
): Promise<AttemptRow[]> {
  return await db<AttemptRow>('attempts')
    .where({ run_id: args.runId })
    .orderBy(['stage_id', 'number']);
}
