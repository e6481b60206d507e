import type { Knex } from 'knex';
import type { ScheduleRow } from '../../tables/schedules';

/** Moves a schedule on, unless its definition or somebody else did so meanwhile. */
export async function settleSchedule(
  db: Knex,
  row: ScheduleRow,
  values: Partial<
    Pick<
      ScheduleRow,
      'next_at' | 'due_at' | 'failures' | 'problem' | 'last_at' | 'last_run_id'
    >
  >,
): Promise<void> {
  const { pipeline_ref, name, cron, timezone, next_at } = row;
  await db<ScheduleRow>('schedules')
    .where({ pipeline_ref, name, cron, timezone, next_at })
    .update(values);
}
