import type { Knex } from 'knex';
import type { InstanceMetric } from '@model-ci/backstage-plugin-model-ci-common';
import type { EvaluationRow } from '../../tables/evaluations';
import { joinDecidingAttempts } from '../results/joinDecidingAttempts';

export interface InstanceEvaluation extends InstanceMetric {
  stage: string;
  instance: string;
  attemptId: string;
}

/** What the instances of a run's stages reported, or of one stage, in the order of their reports. */
export async function listInstanceEvaluations(
  db: Knex | Knex.Transaction,
  args: { runId: string; stage?: string },
): Promise<InstanceEvaluation[]> {
  const rows: Array<EvaluationRow & { value: number }> = await db(
    'evaluations as r',
  )
    .modify(joinDecidingAttempts)
    .where({ 'r.run_id': args.runId, 'r.slice': '' })
    .whereNot('r.instance', '')
    .whereNotNull('r.value')
    .modify(query => {
      if (args.stage !== undefined) {
        query.where('r.stage', args.stage);
      }
    })
    .orderBy('r.id')
    .select('r.*');
  return rows.map(row => ({
    stage: row.stage,
    instance: row.instance,
    attemptId: row.attempt_id,
    metric: row.metric,
    ...(row.dataset !== '' && { dataset: row.dataset }),
    value: row.value,
    ...(row.unit !== null && { unit: row.unit }),
    ...(row.higher_is_better !== null && {
      higherIsBetter: Boolean(row.higher_is_better),
    }),
  }));
}
