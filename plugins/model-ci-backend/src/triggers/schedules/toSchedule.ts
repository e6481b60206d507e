import type { Schedule } from '@model-ci/backstage-plugin-model-ci-common';
import type { ListedSchedule } from '../../database/operations/schedules/listSchedules';
import { parseStoredParameters } from '../../database/storedLists';
import { readReason } from '../../database/storedReason';

export function toSchedule(row: ListedSchedule): Schedule {
  const { last_run_id: id, run_number: number, run_status: status } = row;
  return {
    name: row.name,
    cron: row.cron,
    timezone: row.timezone,
    branch: row.branch ?? undefined,
    parameters: parseStoredParameters(row.parameters),
    nextAt: row.next_at,
    lastAt: row.last_at ?? undefined,
    ...(id !== null &&
      number !== null &&
      status !== null && { lastRun: { id, number, status } }),
    problem: readReason(row.problem),
    ...(row.failures > 0 && { triedAt: row.due_at }),
  };
}
