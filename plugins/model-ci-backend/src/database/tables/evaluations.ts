/**
 * Rows of the tables of artifacts, reports, evaluations, gates and versions. PostgreSQL answers
 * `bigint` as text, SQLite booleans as numbers: readers convert.
 */
export interface ArtifactRow {
  id: string;
  run_id: string;
  stage_id: string;
  attempt_id: string;
  name: string;
  path: string;
  digest: string;
  size: number | string;
  created_at: string;
}

export interface ReportRow {
  id: string;
  run_id: string;
  attempt_id: string;
  kind: string;
  path: string;
  digest: string;
  summary: string;
}

export interface TestCaseRow {
  attempt_id: string;
  position: number;
  suite: string;
  classname: string | null;
  name: string;
  status: string;
  list_order: number;
  duration: number | null;
  message: string | null;
  details: string | null;
}

export interface ModelVersionRow {
  pipeline_ref: string;
  version: number;
  /** The run that registered it; `version_runs` has all. */
  run_id: string;
  identity: string | null;
  /** JSON of the parameters that its stages have selected, by stage. */
  parameters: string | null;
  created_by: string;
  created_at: string;
}

export interface AliasRow {
  pipeline_ref: string;
  alias: string;
  version: number;
  moved_by: string;
  moved_at: string;
}

/** Row of `alias_changes`. */
export interface AliasChangeRow {
  id?: number | string;
  pipeline_ref: string;
  alias: string;
  from_version: number | null;
  to_version: number | null;
  changed_by: string;
  reason: string | null;
  run_id: string | null;
  at: string;
}

/** Row of `promotions`: what became of the alias that a run's definition asks for. */
export interface PromotionRow {
  run_id: string;
  alias: string;
  version: number;
  /** Why it was refused; null where the alias was moved. */
  reason: string | null;
  at: string;
}

export interface EvaluationRow {
  id: number | string;
  pipeline_ref: string;
  run_id: string;
  attempt_id: string;
  stage: string;
  metric: string;
  /** Empty when the report names none. */
  dataset: string;
  dataset_digest: string | null;
  /** Empty for the run itself. */
  environment: string;
  /** Key among the executions of one stage; empty where there is one. */
  instance: string;
  slice: string;
  /** Null if the report says that it was not measured. */
  value: number | null;
  stderr: number | null;
  n: number | string | null;
  unit: string | null;
  higher_is_better: boolean | number | null;
  created_at: string;
}

export interface ExampleSetRow {
  id: string;
  run_id: string;
  attempt_id: string;
  stage: string;
  /** Key among the executions of one stage; empty where there is one. */
  instance: string;
  /** Empty for the run itself. */
  environment: string;
  /** Empty when the report names none. */
  dataset: string;
  dataset_digest: string | null;
  /** Of lm-evaluation-harness; empty for predictions. */
  task: string;
  task_hash: string | null;
  digest: string;
  ids_digest: string;
  count: number;
  created_at: string;
}

export interface GateResultRow {
  id: number | string;
  stage_id: string;
  /** Null for what was judged when all executions of the stage had ended. */
  attempt_id: string | null;
  position: number;
  run_id: string;
  metric: string;
  dataset: string | null;
  min: number | null;
  max: number | null;
  value: number | null;
  /** Empty for the whole data set. */
  slice: string;
  verdict: string;
  reason: string;
  /** JSON of what `storedGateDetail` reads. */
  detail: string | null;
}

/** Row of `training_curves`. */
export interface TrainingCurveRow {
  run_id: string;
  attempt_id: string;
  /** Among the curves of the attempt. */
  position: number;
  path: string;
  metric: string;
  count: number | string;
  gaps: number | string;
  last_step: number;
  /** Null for a gap. */
  last_value: number | null;
  /** JSON of `CurvePoints`. */
  points: string;
}
