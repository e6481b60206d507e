import type { Knex } from 'knex';
import type { LogChunkRow } from '../../tables/runs';

/** More than a command says about its end; lines of a log may be cut off at the front. */
const CHUNKS = 2;
const BYTES = 4096;

/** The last words of a log that was not compacted yet. */
export async function readLogEnd(
  db: Knex | Knex.Transaction,
  args: { attemptId: string },
): Promise<string> {
  const rows: LogChunkRow[] = await db<LogChunkRow>('log_chunks')
    .where({ attempt_id: args.attemptId })
    .orderBy('start', 'desc')
    .limit(CHUNKS);
  return Buffer.concat(rows.reverse().map(({ data }) => data))
    .subarray(-BYTES)
    .toString();
}
