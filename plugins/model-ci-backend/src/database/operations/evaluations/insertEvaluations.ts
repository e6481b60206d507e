import type { Knex } from 'knex';
import type { MeasuredMetric } from '../results/types';
import { insertRows } from '../../insertRows';
import type { EvaluationRow } from '../../tables/evaluations';

/** Records the metrics that one attempt reported. */
export async function insertEvaluations(
  db: Knex | Knex.Transaction,
  args: {
    runId: string;
    pipelineRef: string;
    stageName: string;
    /** Key among the executions of the stage; absent where there is one. */
    instance?: string;
    /** Where the instance was executed. */
    environment?: string;
    attemptId: string;
    evaluations: MeasuredMetric[];
    at: string;
  },
): Promise<void> {
  await insertRows<Omit<EvaluationRow, 'id'>>(
    db,
    'evaluations',
    args.evaluations.map(evaluation => ({
      pipeline_ref: args.pipelineRef,
      run_id: args.runId,
      attempt_id: args.attemptId,
      stage: args.stageName,
      metric: evaluation.metric,
      dataset: evaluation.dataset ?? '',
      dataset_digest: evaluation.datasetDigest ?? null,
      environment: args.environment ?? '',
      instance: args.instance ?? '',
      slice: evaluation.slice ?? '',
      value: evaluation.value ?? null,
      stderr: evaluation.stderr ?? null,
      n: evaluation.n ?? null,
      unit: evaluation.unit ?? null,
      higher_is_better: evaluation.higherIsBetter ?? null,
      created_at: args.at,
    })),
  );
}
