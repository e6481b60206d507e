import type { Knex } from 'knex';
import type { AttemptRow, LogChunkRow } from '../../tables/runs';
import { transact } from '../../transact';
import { assertTicketHeld } from '../ticket';

/**
 * Appends bytes to the log of an attempt. They must begin where the stored log ends: so no byte is
 * lost or stored twice, whoever copies it.
 */
export async function appendLog(
  db: Knex,
  args: { attemptId: string; ticket: string; start: number; data: Buffer },
): Promise<void> {
  const { attemptId, ticket, start, data } = args;
  await transact(db, async tx => {
    const changed = await tx<AttemptRow>('attempts')
      .where({ id: attemptId, ticket, log_size: start })
      .update({ log_size: start + data.length });
    assertTicketHeld(changed, 'attempt', attemptId);
    await tx<LogChunkRow>('log_chunks').insert({
      attempt_id: attemptId,
      start,
      size: data.length,
      data,
    });
  });
}
