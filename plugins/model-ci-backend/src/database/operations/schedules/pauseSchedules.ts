import type { Knex } from 'knex';
import type { ScheduleRow, ScheduleStateRow } from '../../tables/schedules';
import { lockUntilCommit, transact } from '../../transact';

/** Lets the schedules of a pipeline start nothing, those too that its definition will have. Who did so first stays. */
export async function pauseSchedules(
  db: Knex,
  args: { pipelineRef: string; by: string; at: string },
): Promise<void> {
  const { pipelineRef, by, at } = args;
  await transact(db, async tx => {
    await lockUntilCommit(tx, `schedules:${pipelineRef}`);
    const paused = { paused_by: by, paused_at: at };
    await tx<ScheduleStateRow>('schedule_states')
      .insert({ pipeline_ref: pipelineRef, ...paused })
      .onConflict('pipeline_ref')
      .merge(paused)
      .whereNull('schedule_states.paused_at');
  });
}

/** Lets them start runs again, from their next times on: what was paused is not made up for. */
export async function resumeSchedules(
  db: Knex,
  args: {
    pipelineRef: string;
    nextOf(schedule: Pick<ScheduleRow, 'cron' | 'timezone'>): string;
  },
): Promise<void> {
  const { pipelineRef, nextOf } = args;
  await transact(db, async tx => {
    await lockUntilCommit(tx, `schedules:${pipelineRef}`);
    const resumed = await tx<ScheduleStateRow>('schedule_states')
      .where({ pipeline_ref: pipelineRef })
      .whereNotNull('paused_at')
      .update({ paused_by: null, paused_at: null });
    if (resumed === 0) {
      return;
    }
    const rows = await tx<ScheduleRow>('schedules').where({
      pipeline_ref: pipelineRef,
    });
    for (const { name, ...row } of rows) {
      const next = nextOf(row);
      await tx<ScheduleRow>('schedules')
        .where({ pipeline_ref: pipelineRef, name })
        .update({ next_at: next, due_at: next, failures: 0 });
    }
  });
}
