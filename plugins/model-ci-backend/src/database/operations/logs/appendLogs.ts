import type { Knex } from 'knex';
import type { LogChunkRow } from '../../tables/runs';
import { transact } from '../../transact';
import { returnedRows, valuesTable } from '../../valuesTable';

/** Bytes that follow those stored before. */
export interface LogAppendix {
  attemptId: string;
  ticket: string;
  start: number;
  data: Buffer;
  /** So many bytes of the log as it was written are stored with them; kept where those stored are masked. */
  source: number;
}

/** SQLite refuses statements with very many values. */
const ROWS_PER_STATEMENT = 100;

/**
 * Appends bytes to the logs of attempts, one piece to each, and answers the tickets under which that was
 * possible. Bytes must begin where the stored log ends: so none is lost or stored twice, whoever copies them.
 */
export async function appendLogs(
  db: Knex,
  args: {
    pieces: LogAppendix[];
    /** When they came. */
    at: string;
  },
): Promise<Set<string>> {
  const { pieces, at } = args;
  return await transact(db, async tx => {
    const values = valuesTable(
      tx,
      {
        id: 'text',
        ticket: 'text',
        start: 'bigint',
        size: 'integer',
        source: 'bigint',
      },
      pieces.map(({ attemptId, ticket, start, data, source }) => ({
        id: attemptId,
        ticket,
        start,
        size: data.length,
        source,
      })),
    );
    const extended = await returnedRows<{ ticket: string }>(
      tx.raw(
        `update attempts set log_size = v.start + v.size, rescues = 0,
           log_source = case when attempts.log_source is null then null else v.source end
         from ? where attempts.id = v.id and attempts.ticket = v.ticket
         and attempts.log_size = v.start
         returning attempts.ticket as ticket`,
        [values],
      ),
    );
    const held = new Set(extended.map(({ ticket }) => ticket));
    const rows = pieces
      .filter(({ ticket }) => held.has(ticket))
      .map(({ attemptId, start, data }) => ({
        attempt_id: attemptId,
        start,
        size: data.length,
        data,
        stored_at: at,
      }));
    for (let first = 0; first < rows.length; first += ROWS_PER_STATEMENT) {
      await tx<LogChunkRow>('log_chunks').insert(
        rows.slice(first, first + ROWS_PER_STATEMENT),
      );
    }
    return held;
  });
}
