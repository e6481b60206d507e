import type { Knex } from 'knex';
import type { LogTime } from '@model-ci/backstage-plugin-model-ci-common';
import type { BigInteger, LogChunkRow } from '../../tables/runs';

/**
 * Pairs that are kept of a log, about: enough that no line of an hour is off by more than a few seconds, few enough
 * to be part of the attempt's row.
 */
const MOST_TIMES = 1000;

const SECOND = 19;
/** How much of an ISO time is looked at, and how many seconds it then stands for. */
const PRECISIONS = [
  { length: SECOND, seconds: 1 },
  { length: SECOND - 1, seconds: 10 },
  { length: SECOND - 3, seconds: 60 },
  { length: SECOND - 4, seconds: 600 },
];
const HOUR = SECOND - 6;

/** When the stored chunks of a log came, thinned where there are very many: the first ones of each second, minute, … */
export async function listLogTimes(
  db: Knex | Knex.Transaction,
  args: { attemptId: string },
): Promise<LogTime[]> {
  const chunks = () =>
    db<LogChunkRow>('log_chunks')
      .where({ attempt_id: args.attemptId })
      .whereNotNull('stored_at');
  const [{ count, first, last }] = await chunks()
    .count({ count: '*' })
    .min({ first: 'stored_at' })
    .max({ last: 'stored_at' });
  if (Number(count) === 0) {
    return [];
  }
  const length = precisionFor(Number(count), String(first), String(last));
  const rows: Array<{ start: BigInteger; at: string }> = await db('log_chunks')
    .where({ attempt_id: args.attemptId })
    .whereNotNull('stored_at')
    .select(db.raw('min(start) as start, min(stored_at) as at'))
    .groupByRaw(`substr(stored_at, 1, ${length})`)
    .orderBy('start');
  return rows.map(({ start, at }) => [Number(start), at]);
}

function precisionFor(count: number, first: string, last: string): number {
  if (count <= MOST_TIMES) {
    return first.length;
  }
  const seconds = (Date.parse(last) - Date.parse(first)) / 1000;
  const precision = PRECISIONS.find(
    each => seconds / each.seconds <= MOST_TIMES,
  );
  return precision?.length ?? HOUR;
}
