import type { Knex } from 'knex';
import type { StageRow } from '../../tables/runs';

/** The stages of some runs, in the order of their definition. */
export async function listStages(
  db: Knex | Knex.Transaction,
  args: { runIds: string[] },
): Promise<StageRow[]> {
  return await db<StageRow>('stages')
    .whereIn('run_id', args.runIds)
    .orderBy(['run_id', 'position']);
}
