import type { Knex } from 'knex';
import type { StageRow } from '../../tables/runs';

/** The stages of some runs, in the order of their definition. */
export async function listStages(
  db: Knex | Knex.Transaction,
  args: { runIds: string[]; withInstances: boolean },
): Promise<StageRow[]> {
  return await db<StageRow>('stages')
    .whereIn('run_id', args.runIds)
    .modify(query => {
      if (!args.withInstances) {
        query.whereNull('instance');
      }
    })
    .orderBy(['run_id', 'position']);
}
