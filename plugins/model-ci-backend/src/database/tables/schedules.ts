/** A row of `schedules`: times of a default branch at which runs are started. */
export interface ScheduleRow {
  pipeline_ref: string;
  name: string;
  cron: string;
  timezone: string;
  /** The default branch where null. */
  branch: string | null;
  /** JSON of the values that runs are given; null where there are none. */
  parameters: string | null;
  /** The time whose run was not started yet. */
  next_at: string;
  /** When it is worked on next; later than `next_at` after a failure. */
  due_at: string;
  failures: number;
  /** What went wrong since the last run. */
  problem: string | null;
  /** The last time that started a run. */
  last_at: string | null;
  last_run_id: string | null;
}

/** A row of `schedule_states`: of the schedules of a pipeline as a whole. */
export interface ScheduleStateRow {
  pipeline_ref: string;
  /** Of the definition that the schedules were read from. */
  definition_digest: string | null;
  /** Who lets them start nothing, and since when. */
  paused_by: string | null;
  paused_at: string | null;
}
