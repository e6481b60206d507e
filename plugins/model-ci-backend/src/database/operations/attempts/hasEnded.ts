import type { Knex } from 'knex';
import type { AttemptRow } from '../../tables/runs';

/** Whether an attempt has ended, whoever ended it. */
export async function hasEnded(
  db: Knex | Knex.Transaction,
  args: { attemptId: string },
): Promise<boolean> {
  const row = await db<AttemptRow>('attempts')
    .where({ id: args.attemptId })
    .first('finished_at');
  return row !== undefined && row.finished_at !== null;
}
