import type {
  Evaluation,
  MeasuredEvaluation,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { EvaluationRow } from '../../tables/evaluations';

export type JoinedEvaluationRow = EvaluationRow & {
  run_number: number;
  commit: string | null;
  version: number | null;
};

/** A row with a value. */
export type MeasuredRow = JoinedEvaluationRow & { value: number };

export function toMeasured(row: MeasuredRow): MeasuredEvaluation {
  const { notMeasured: _, ...evaluation } = toEvaluation(row);
  return { ...evaluation, value: row.value };
}

export function toEvaluation(row: JoinedEvaluationRow): Evaluation {
  return {
    runId: row.run_id,
    runNumber: row.run_number,
    version: row.version ?? undefined,
    commit: row.commit ?? undefined,
    stage: row.stage,
    metric: row.metric,
    dataset: row.dataset || undefined,
    datasetDigest: row.dataset_digest ?? undefined,
    environment: row.environment || undefined,
    instance: row.instance || undefined,
    slice: row.slice || undefined,
    ...(row.value === null ? { notMeasured: true } : { value: row.value }),
    stderr: row.stderr ?? undefined,
    n: row.n === null ? undefined : Number(row.n),
    unit: row.unit ?? undefined,
    higherIsBetter:
      row.higher_is_better === null ? undefined : Boolean(row.higher_is_better),
    at: row.created_at,
  };
}
