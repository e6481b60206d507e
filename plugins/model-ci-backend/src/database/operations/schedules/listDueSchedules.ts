import type { Knex } from 'knex';
import type { ScheduleRow } from '../../tables/schedules';

/** Schedules whose time has come, those that wait longest first; none of a pipeline that is gone or paused. */
export async function listDueSchedules(
  db: Knex,
  args: { at: string; limit: number },
): Promise<ScheduleRow[]> {
  return await db('schedules')
    .join('pipelines', 'pipelines.ref', 'schedules.pipeline_ref')
    .join(
      'schedule_states',
      'schedule_states.pipeline_ref',
      'schedules.pipeline_ref',
    )
    .whereNull('pipelines.removed_at')
    .whereNull('schedule_states.paused_at')
    .where('schedules.due_at', '<=', args.at)
    .orderBy('schedules.due_at')
    .limit(args.limit)
    .select('schedules.*');
}
