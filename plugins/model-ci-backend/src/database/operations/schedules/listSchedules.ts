import type { Knex } from 'knex';
import type { RunRow } from '../../tables/runs';
import type { ScheduleRow, ScheduleStateRow } from '../../tables/schedules';

export type ListedSchedule = ScheduleRow & {
  run_number: RunRow['number'] | null;
  run_status: RunRow['status'] | null;
};

/** The schedules of a pipeline with their last runs, by name. */
export async function listSchedules(
  db: Knex,
  pipelineRef: string,
): Promise<ListedSchedule[]> {
  return await db('schedules')
    .leftJoin('runs', 'runs.id', 'schedules.last_run_id')
    .where('schedules.pipeline_ref', pipelineRef)
    .orderBy('schedules.name')
    .select(
      'schedules.*',
      'runs.number as run_number',
      'runs.status as run_status',
    );
}

/** What is kept of the schedules of a pipeline as a whole. */
export async function findScheduleState(
  db: Knex,
  pipelineRef: string,
): Promise<ScheduleStateRow | undefined> {
  return await db<ScheduleStateRow>('schedule_states')
    .where({ pipeline_ref: pipelineRef })
    .first();
}
