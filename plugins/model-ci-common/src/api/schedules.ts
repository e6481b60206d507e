import type { ParameterValues } from '../definition/parameters';
import type { Reason } from '../reasons';
import type { Status } from '../status';

/** What starts runs of a pipeline at times, as of its default branch. */
export interface PipelineSchedules {
  /** Present while somebody lets them start nothing. */
  paused?: { by: string; at: string };
  items: Schedule[];
}

export interface Schedule {
  name: string;
  cron: string;
  timezone: string;
  /** Absent where it runs the default branch. */
  branch?: string;
  parameters: ParameterValues;
  /** When it starts a run next, unless it is paused; earlier than now where that is tried again. */
  nextAt: string;
  /** The last time that started a run. */
  lastAt?: string;
  lastRun?: { id: string; number: number; status: Status };
  /** What went wrong since. */
  problem?: Reason;
  /** When the run that could not be started is tried again. */
  triedAt?: string;
}
