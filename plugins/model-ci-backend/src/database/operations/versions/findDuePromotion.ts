import type { Knex } from 'knex';
import { findRunContent } from '../runs/findRunContent';

/** A version that its run's definition wants to have an alias. */
export interface DuePromotion {
  runId: string;
  runNumber: number;
  pipelineRef: string;
  createdBy: string;
  alias: string;
  version: number;
}

/** Undefined where a run asks for none, has registered no version, or was dealt with before. */
export async function findDuePromotion(
  db: Knex | Knex.Transaction,
  args: { runId: string },
): Promise<DuePromotion | undefined> {
  const row: Omit<DuePromotion, 'alias'> | undefined = await db('runs')
    .join('version_runs as v', 'v.run_id', 'runs.id')
    .leftJoin('promotions as p', 'p.run_id', 'runs.id')
    .where('runs.id', args.runId)
    .whereNull('p.run_id')
    .first(
      'runs.id as runId',
      'runs.number as runNumber',
      'runs.pipeline_ref as pipelineRef',
      'runs.created_by as createdBy',
      'v.version as version',
    );
  const content = row && (await findRunContent(db, args));
  const alias = content?.definition.promote?.alias;
  return row && alias !== undefined ? { ...row, alias } : undefined;
}
