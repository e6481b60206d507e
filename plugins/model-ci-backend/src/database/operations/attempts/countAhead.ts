import type { Knex } from 'knex';
import type { QueuePlace } from './listQueue';

/** Parts of one statement. */
const DEMANDS = 100;

/** How many attempts of each demand came before a place in the queue; counts no further than `max`. */
export async function countAhead(
  db: Knex | Knex.Transaction,
  args: { demands: string[]; before: QueuePlace; max: number },
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (let start = 0; start < args.demands.length; start += DEMANDS) {
    const [first, ...others] = args.demands
      .slice(start, start + DEMANDS)
      .map(demand =>
        db
          .from(aheadOf(db, demand, args))
          .min({ demand: 'demand' })
          .count({ ahead: '*' }),
      );
    const rows: Array<{ demand: string | null; ahead: number | string }> =
      await first.unionAll(others);
    for (const { demand, ahead } of rows) {
      if (demand !== null) {
        counts.set(demand, Number(ahead));
      }
    }
  }
  return counts;
}

function aheadOf(
  db: Knex | Knex.Transaction,
  demand: string,
  args: { before: QueuePlace; max: number },
) {
  return db('attempts')
    .whereRaw(`status = 'queued'`)
    .where({ demand })
    .whereRaw('(created_at, id) < (?, ?)', [
      args.before.createdAt,
      args.before.id,
    ])
    .limit(args.max)
    .select('demand')
    .as('ahead_of_it');
}
