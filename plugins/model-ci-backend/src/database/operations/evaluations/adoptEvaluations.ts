import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { insertRows } from '../../insertRows';
import type { EvaluationRow, ExampleSetRow } from '../../tables/evaluations';
import { joinDecidingAttempts } from '../results/joinDecidingAttempts';

/**
 * What some instances measured is what their stage measured: that of a selected one belongs to the run, its version and the
 * history, that of an environment to the history of the environment. What an earlier conclusion adopted is dropped.
 */
export async function adoptEvaluations(
  tx: Knex.Transaction,
  args: {
    runId: string;
    stage: string;
    /** Keys of the instances. */
    instances: string[];
    /** Whether the examples of them are the stage's, too. */
    withExamples: boolean;
  },
): Promise<void> {
  const { runId, stage, instances } = args;
  const own = { run_id: runId, stage, instance: '' };
  await tx('evaluations').where(own).delete();
  await tx('example_sets').where(own).delete();
  if (instances.length === 0) {
    return;
  }
  const evaluations: EvaluationRow[] = await ofInstances(
    tx('evaluations as r'),
    args,
  );
  await insertRows(
    tx,
    'evaluations',
    evaluations.map(({ id: _, ...row }) => ({ ...row, instance: '' })),
  );
  if (args.withExamples) {
    const sets: ExampleSetRow[] = await ofInstances(
      tx('example_sets as r'),
      args,
    );
    await insertRows(
      tx,
      'example_sets',
      sets.map(row => ({ ...row, id: randomUUID(), instance: '' })),
    );
  }
}

function ofInstances(
  query: Knex.QueryBuilder,
  args: { runId: string; stage: string; instances: string[] },
): Knex.QueryBuilder {
  return query
    .modify(joinDecidingAttempts)
    .where({ 'r.run_id': args.runId, 'r.stage': args.stage })
    .whereIn('r.instance', args.instances)
    .orderBy('r.id')
    .select('r.*');
}
