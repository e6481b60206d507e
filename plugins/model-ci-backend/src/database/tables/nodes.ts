/** A row of `nodes`. */
export interface NodeRow {
  name: string;
  executor: string;
  /** Who decides when an attempt starts. */
  scheduling: 'portal' | 'cluster';
  /** JSON of its labels and its capacity. */
  info: string;
  /** When a replica last reached it. */
  seen_at: string;
  cordoned_at: string | null;
  cordoned_by: string | null;
  cordon_reason: string | null;
  /** When it was asked to be empty. */
  drained_at: string | null;
  drain_deadline_at: string | null;
}
