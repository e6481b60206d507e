import type { Knex } from 'knex';
import { listRunEvaluations } from '../database/operations/evaluations/listRunEvaluations';
import { listStatedDirections } from '../database/operations/runs/listStatedDirections';

/** Which direction of a metric is better, as the reports of some runs said, or else their definitions, the last run first. */
export async function readDirections(
  db: Knex,
  runIds: string[],
): Promise<Record<string, boolean>> {
  const [evaluations, stated] = await Promise.all([
    listRunEvaluations(db, { runIds }),
    listStatedDirections(db, { runIds }),
  ]);
  const reported = evaluations.flatMap(({ runId, metric, higherIsBetter }) =>
    higherIsBetter === undefined ? [] : [{ runId, metric, higherIsBetter }],
  );
  const inOrder = runIds.flatMap(runId =>
    [...stated, ...reported].filter(own => own.runId === runId),
  );
  return Object.fromEntries(
    inOrder.map(({ metric, higherIsBetter }) => [metric, higherIsBetter]),
  );
}
