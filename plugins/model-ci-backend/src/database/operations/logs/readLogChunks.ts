import type { Knex } from 'knex';
import type { LogChunkRow } from '../../tables/runs';

export interface StoredLogChunk {
  start: number;
  data: Buffer;
}

/** The stored chunks that hold the bytes from `start` on, up to a number of chunks. */
export async function readLogChunks(
  db: Knex | Knex.Transaction,
  args: { attemptId: string; start: number; end?: number; limit: number },
): Promise<StoredLogChunk[]> {
  const { attemptId, start, end, limit } = args;
  const rows: LogChunkRow[] = await db<LogChunkRow>('log_chunks')
    .where({ attempt_id: attemptId })
    .where(
      'start',
      '>=',
      // The chunk that holds the first byte begins at it or before.
      db<LogChunkRow>('log_chunks')
        .where({ attempt_id: attemptId })
        .where('start', '<=', start)
        .select(db.raw('coalesce(max(start), 0)')),
    )
    .modify(query => {
      if (end !== undefined) {
        query.where('start', '<', end);
      }
    })
    .orderBy('start')
    .limit(limit);
  return rows.map(row => ({ start: Number(row.start), data: row.data }));
}
