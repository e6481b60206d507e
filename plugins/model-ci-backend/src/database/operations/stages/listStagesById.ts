import type { Knex } from 'knex';
import type { StageRow } from '../../tables/runs';

/** Some stages, those of one run in the order of its definition. */
export async function listStagesById(
  db: Knex | Knex.Transaction,
  args: { stageIds: string[] },
): Promise<StageRow[]> {
  return await db<StageRow>('stages')
    .whereIn('id', args.stageIds)
    .orderBy(['run_id', 'position']);
}
