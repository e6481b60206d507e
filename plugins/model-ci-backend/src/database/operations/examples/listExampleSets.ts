import type { Knex } from 'knex';
import type { CollectedExampleSet } from '../results/types';
import { joinDecidingAttempts } from '../results/joinDecidingAttempts';
import type { ExampleSetRow } from '../../tables/evaluations';

/** The examples that a stage of a run was evaluated on. */
export interface ListedExampleSet extends CollectedExampleSet {
  id: string;
  runId: string;
  attemptId: string;
  stage: string;
  /** Key among the executions of the stage; absent where there is one. */
  instance?: string;
  environment?: string;
  at: string;
}

/** The example sets of some runs, as the last attempts of their stages reported them. */
export async function listExampleSets(
  db: Knex | Knex.Transaction,
  args: { runIds: string[] },
): Promise<ListedExampleSet[]> {
  if (args.runIds.length === 0) {
    return [];
  }
  const rows: ExampleSetRow[] = await db('example_sets as r')
    .modify(joinDecidingAttempts)
    .whereIn('r.run_id', args.runIds)
    .select('r.*')
    .orderBy([
      's.position',
      's.name',
      'r.instance',
      'r.environment',
      'r.dataset',
      'r.task',
      'r.id',
    ]);
  return rows.map(row => ({
    id: row.id,
    runId: row.run_id,
    attemptId: row.attempt_id,
    stage: row.stage,
    instance: row.instance || undefined,
    environment: row.environment || undefined,
    dataset: row.dataset || undefined,
    datasetDigest: row.dataset_digest ?? undefined,
    task: row.task || undefined,
    taskHash: row.task_hash ?? undefined,
    digest: row.digest,
    idsDigest: row.ids_digest,
    count: row.count,
    at: row.created_at,
  }));
}
