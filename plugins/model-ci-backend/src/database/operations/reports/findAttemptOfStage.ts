import type { Knex } from 'knex';
import { whereStage } from '../stages/whereStage';

/** The id of an attempt of a stage, by its number, or of the last one. */
export async function findAttemptOfStage(
  db: Knex | Knex.Transaction,
  args: { runId: string; stage: string; attempt?: number },
): Promise<string | undefined> {
  const query = db('attempts as a')
    .join('stages as s', 's.id', 'a.stage_id')
    .modify(whereStage, { runId: args.runId, key: args.stage, table: 's' })
    .orderBy('a.number', 'desc');
  if (args.attempt !== undefined) query.where('a.number', args.attempt);
  const row: { id: string } | undefined = await query.first('a.id as id');
  return row?.id;
}
