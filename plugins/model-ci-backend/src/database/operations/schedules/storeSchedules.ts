import type { Knex } from 'knex';
import type { ScheduleRow, ScheduleStateRow } from '../../tables/schedules';
import { lockUntilCommit, transact } from '../../transact';

export type NewSchedule = Pick<
  ScheduleRow,
  'name' | 'cron' | 'timezone' | 'branch' | 'parameters' | 'next_at'
>;

/**
 * Replaces the schedules of a pipeline by those of its definition. One whose times are the same goes on where it was, so
 * that no change of the file makes it miss a run or have one twice. Without schedules, those that are there stay: the
 * definition is invalid, which their next run shows.
 */
export async function storeSchedules(
  db: Knex,
  args: { pipelineRef: string; digest: string; schedules?: NewSchedule[] },
): Promise<void> {
  const { pipelineRef, digest, schedules } = args;
  await transact(db, async tx => {
    await lockUntilCommit(tx, `schedules:${pipelineRef}`);
    await tx<ScheduleStateRow>('schedule_states')
      .insert({ pipeline_ref: pipelineRef, definition_digest: digest })
      .onConflict('pipeline_ref')
      .merge(['definition_digest']);
    if (schedules) {
      await replace(tx, pipelineRef, schedules);
    }
  });
}

async function replace(
  tx: Knex.Transaction,
  pipelineRef: string,
  schedules: NewSchedule[],
): Promise<void> {
  const own = () =>
    tx<ScheduleRow>('schedules').where({ pipeline_ref: pipelineRef });
  await own()
    .whereNotIn(
      'name',
      schedules.map(({ name }) => name),
    )
    .delete();
  const kept = new Map((await own()).map(row => [row.name, row]));
  for (const { name, ...values } of schedules) {
    const { next_at, ...said } = values;
    const row = kept.get(name);
    const sameTimes = row?.cron === said.cron && row.timezone === said.timezone;
    if (!row) {
      await tx<ScheduleRow>('schedules').insert({
        ...{ pipeline_ref: pipelineRef, name, ...values },
        due_at: next_at,
        failures: 0,
      });
    } else {
      await own()
        .where({ name })
        .update({
          ...said,
          ...(!sameTimes && { next_at, due_at: next_at, failures: 0 }),
        });
    }
  }
}
