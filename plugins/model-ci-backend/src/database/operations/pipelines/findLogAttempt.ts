import type { Knex } from 'knex';
import { whereStage } from '../stages/whereStage';

/** Which attempt of a stage a log request means (the latest, if it names none), and whether there is one. */
export async function findLogAttempt(
  db: Knex | Knex.Transaction,
  args: { runId: string; stage: string; attempt?: number },
): Promise<number | undefined> {
  const row: { number: number } | undefined = await db('attempts')
    .join('stages', 'stages.id', 'attempts.stage_id')
    .modify(whereStage, { runId: args.runId, key: args.stage })
    .modify(query => {
      if (args.attempt !== undefined) {
        query.where('attempts.number', args.attempt);
      }
    })
    .orderBy('attempts.number', 'desc')
    .first('attempts.number as number');
  return row?.number;
}
