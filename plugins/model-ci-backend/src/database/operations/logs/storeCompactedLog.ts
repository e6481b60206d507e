import type { Knex } from 'knex';
import type { AttemptRow, LogChunkRow } from '../../tables/runs';
import { transact } from '../../transact';
import { listLogTimes } from './listLogTimes';

/** Puts an artifact with the whole log in the place of its chunks, and keeps when they came. */
export async function storeCompactedLog(
  db: Knex,
  args: { attemptId: string; digest: string },
): Promise<void> {
  const { attemptId, digest } = args;
  await transact(db, async tx => {
    const times = await listLogTimes(tx, { attemptId });
    await tx<AttemptRow>('attempts')
      .where({ id: attemptId })
      .whereNotNull('finished_at')
      .update({
        log_digest: digest,
        // Without chunks another replica was first, and has kept them.
        ...(times.length > 0 && { log_times: JSON.stringify(times) }),
      });
    await tx<LogChunkRow>('log_chunks')
      .where({ attempt_id: attemptId })
      .delete();
  });
}
