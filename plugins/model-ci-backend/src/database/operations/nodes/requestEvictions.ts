import type { Knex } from 'knex';
import type { NodeRow } from '../../tables/nodes';
import type { AttemptRow } from '../../tables/runs';
import { transact } from '../../transact';
import { lockEvictions } from './lockEvictions';

/**
 * Asks for what still runs on a drained node past its deadline to be killed; what has ended keeps its results. The
 * holders move the rows next. It is noted with the attempt, so that whoever takes it over knows why it was killed.
 */
export async function requestEvictions(
  db: Knex,
  args: { at: string },
): Promise<number> {
  return await transact(db, async tx => {
    await lockEvictions(tx);
    return await tx<AttemptRow>('attempts')
      .where({ status: 'running' })
      .whereNull('evict_requested_at')
      .whereRaw(`coalesce(phase, '') <> 'collecting'`)
      .whereIn(
        'node',
        tx<NodeRow>('nodes')
          .where('drain_deadline_at', '<=', args.at)
          .select('name'),
      )
      .update({ evict_requested_at: args.at });
  });
}
