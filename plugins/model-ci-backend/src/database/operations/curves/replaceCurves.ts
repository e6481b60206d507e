import type { Knex } from 'knex';
import { insertRows } from '../../insertRows';
import type { TrainingCurveRow } from '../../tables/evaluations';
import type { CollectedCurve } from '../results/types';

/** Puts the curves of an attempt in the place of those that were stored before, in the caller's transaction. */
export async function replaceCurves(
  tx: Knex.Transaction,
  args: { runId: string; attemptId: string; curves: CollectedCurve[] },
): Promise<void> {
  const { runId, attemptId, curves } = args;
  await tx('training_curves').where({ attempt_id: attemptId }).delete();
  await insertRows<TrainingCurveRow>(
    tx,
    'training_curves',
    curves.map((curve, position) => ({
      run_id: runId,
      attempt_id: attemptId,
      position,
      path: curve.path,
      metric: curve.metric,
      count: curve.count,
      gaps: curve.gaps,
      last_step: curve.last.step,
      last_value: curve.last.value ?? null,
      points: JSON.stringify(curve.points),
    })),
  );
}
