/** A row of `deliveries`: what a code host announced. */
export interface DeliveryRow {
  id: string;
  provider: string;
  delivery_key: string;
  digest: string | null;
  repository: string;
  /** JSON of a `Change`. */
  change: string;
  event: string;
  ref: string | null;
  before_commit: string | null;
  commit: string | null;
  received_at: string;
  repeats: number;
  /** `ignored`: of a repository without a pipeline. It is kept so that it starts nothing when it comes again. */
  state: 'pending' | 'done' | 'ignored';
  attempts: number;
  next_try_at: string;
}

/** A row of `delivery_outcomes`. */
export interface DeliveryOutcomeRow {
  delivery_id: string;
  pipeline_ref: string;
  run_id: string | null;
  reason: string | null;
}
