import type { Knex } from 'knex';
import type { AttemptRow, LogChunkRow } from '../../tables/runs';
import { transact } from '../../transact';

/** Puts an artifact with the whole log in the place of its chunks. */
export async function storeCompactedLog(
  db: Knex,
  args: { attemptId: string; digest: string },
): Promise<void> {
  await transact(db, async tx => {
    await tx<AttemptRow>('attempts')
      .where({ id: args.attemptId })
      .whereNotNull('finished_at')
      .update({ log_digest: args.digest });
    await tx<LogChunkRow>('log_chunks')
      .where({ attempt_id: args.attemptId })
      .delete();
  });
}
