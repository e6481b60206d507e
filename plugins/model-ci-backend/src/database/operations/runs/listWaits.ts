import type { Knex } from 'knex';
import type { StateChangeRow } from '../../tables/runs';

export type WaitRow = Pick<
  StateChangeRow,
  'run_id' | 'from_status' | 'to_status' | 'at'
>;

/** When some runs began and ceased to wait for people, oldest first. */
export async function listWaits(
  db: Knex | Knex.Transaction,
  args: { runIds: string[] },
): Promise<WaitRow[]> {
  return await db<StateChangeRow>('state_changes')
    // Few runs ask, and histories are long.
    .whereIn(
      'run_id',
      db('approvals').whereIn('run_id', args.runIds).select('run_id'),
    )
    .whereNull('stage_id')
    .where(query =>
      query.where('to_status', 'waiting').orWhere('from_status', 'waiting'),
    )
    .orderBy('id')
    .select('run_id', 'from_status', 'to_status', 'at');
}
