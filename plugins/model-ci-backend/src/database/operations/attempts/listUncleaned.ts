import type { Knex } from 'knex';
import { LOST } from '../../outcomes';
import type { AttemptRow } from '../../tables/runs';

/** Attempts that ended before a time and of which something may be left in the executor or in `log_chunks`. */
export async function listUncleaned(
  db: Knex | Knex.Transaction,
  args: {
    before: string;
    /** Nodes that this process reaches; what is left on others is for the replicas that reach them. */
    nodes: string[];
    /** Where to go on. */
    after?: Pick<AttemptRow, 'finished_at' | 'id'>;
    limit: number;
  },
): Promise<AttemptRow[]> {
  return await db<AttemptRow>('attempts')
    .whereNotNull('finished_at')
    .whereNull('cleaned_at')
    .where('finished_at', '<=', args.before)
    .where(query =>
      query
        .whereIn('node', args.nodes)
        // Nothing was submitted, unless its end is unknown: that may still run.
        .orWhere(none =>
          none
            .whereNull('handle')
            .andWhere(known =>
              known
                .whereNull('node')
                .orWhereNull('outcome')
                .orWhere('outcome', 'not like', LOST),
            ),
        ),
    )
    .modify(query => {
      if (args.after) {
        query.whereRaw('(finished_at, id) > (?, ?)', [
          args.after.finished_at ?? '',
          args.after.id,
        ]);
      }
    })
    .orderBy(['finished_at', 'id'])
    .limit(args.limit);
}
