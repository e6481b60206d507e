import type { Knex } from 'knex';
import { isPostgres } from '../../transact';
import {
  after as narrowAfter,
  QUEUE_COLUMNS,
  type QueuedAttempt,
  type QueuePlace,
  type QueueRow,
  toQueued,
} from './listQueue';

/** Parts of one statement. */
const DEMANDS = 100;
const ROWS = 500;

/** The oldest waiting attempts of each demand, altogether in the order in which they came. */
export async function listHeads(
  db: Knex | Knex.Transaction,
  args: {
    demands: string[];
    perDemand: number;
    after?: QueuePlace;
    /** Keeps what was read from being claimed or cancelled until the transaction ends. */
    lock?: boolean;
  },
): Promise<QueuedAttempt[]> {
  const ids = await listIds(db, args);
  const heads: QueuedAttempt[] = [];
  for (let start = 0; start < ids.length; start += ROWS) {
    const rows = await db('attempts')
      .whereIn('id', ids.slice(start, start + ROWS))
      .where({ status: 'queued' })
      .modify(query => {
        if (args.lock && isPostgres(db)) {
          query.forUpdate().skipLocked();
        }
      })
      .select<QueueRow[]>(QUEUE_COLUMNS);
    heads.push(...rows.map(toQueued));
  }
  return heads.sort(byPlace);
}

async function listIds(
  db: Knex | Knex.Transaction,
  args: { demands: string[]; perDemand: number; after?: QueuePlace },
): Promise<string[]> {
  const ids: string[] = [];
  for (let start = 0; start < args.demands.length; start += DEMANDS) {
    const [first, ...others] = args.demands
      .slice(start, start + DEMANDS)
      .map(demand => db.from(headsOf(db, demand, args)).select('id'));
    const rows: Array<{ id: string }> = await first.unionAll(others);
    ids.push(...rows.map(({ id }) => id));
  }
  return ids;
}

function headsOf(
  db: Knex | Knex.Transaction,
  demand: string,
  args: { perDemand: number; after?: QueuePlace },
) {
  return db('attempts')
    .whereRaw(`status = 'queued'`)
    .where({ demand })
    .modify(narrowAfter, args.after)
    .orderBy(['created_at', 'id'])
    .limit(args.perDemand)
    .select('id')
    .as('heads');
}

/** In the order in which they came. */
export function byPlace(a: QueuePlace, b: QueuePlace): number {
  const [x, y] = [a, b].map(({ createdAt, id }) => `${createdAt} ${id}`);
  return Number(x > y) - Number(x < y);
}
