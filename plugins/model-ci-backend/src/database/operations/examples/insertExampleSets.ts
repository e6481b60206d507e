import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { CollectedExampleSet } from '../results/types';
import { insertRows } from '../../insertRows';
import type { ExampleSetRow } from '../../tables/evaluations';

/** Records the examples that one attempt reported. */
export async function insertExampleSets(
  db: Knex | Knex.Transaction,
  args: {
    runId: string;
    stageName: string;
    /** Key among the executions of the stage; absent where there is one. */
    instance?: string;
    environment?: string;
    attemptId: string;
    exampleSets: CollectedExampleSet[];
    at: string;
  },
): Promise<void> {
  await insertRows<ExampleSetRow>(
    db,
    'example_sets',
    args.exampleSets.map(set => ({
      id: randomUUID(),
      run_id: args.runId,
      attempt_id: args.attemptId,
      stage: args.stageName,
      instance: args.instance ?? '',
      environment: args.environment ?? '',
      dataset: set.dataset ?? '',
      dataset_digest: set.datasetDigest ?? null,
      task: set.task ?? '',
      task_hash: set.taskHash ?? null,
      digest: set.digest,
      ids_digest: set.idsDigest,
      count: set.count,
      created_at: args.at,
    })),
  );
}
