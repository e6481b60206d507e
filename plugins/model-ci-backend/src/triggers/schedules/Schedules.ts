import type { LoggerService } from '@backstage/backend-plugin-api';
import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import {
  checkPipelineDefinition,
  formatReason,
  type PipelineSchedules,
  quoted,
  reason,
  type Reason,
  type ScheduleDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Knex } from 'knex';
import { listDueSchedules } from '../../database/operations/schedules/listDueSchedules';
import {
  findScheduleState,
  listSchedules,
} from '../../database/operations/schedules/listSchedules';
import { listUnreadDefinitions } from '../../database/operations/schedules/listUnreadDefinitions';
import {
  pauseSchedules,
  resumeSchedules,
} from '../../database/operations/schedules/pauseSchedules';
import { settleSchedule } from '../../database/operations/schedules/settleSchedule';
import {
  type NewSchedule,
  storeSchedules,
} from '../../database/operations/schedules/storeSchedules';
import { parseStoredParameters } from '../../database/storedLists';
import type { ScheduleRow } from '../../database/tables/schedules';
import { describeError } from '../../describeError';
import { nextTry, TRIED_FOR } from '../../nextTry';
import type { PipelineService } from '../../pipelines/PipelineService';
import type { StartRunInput } from '../../runs/RunService';
import { reasonOf } from '../../withReason';
import { nextTime } from './nextTime';
import { toSchedule } from './toSchedule';

export interface SchedulesOptions {
  db: Knex;
  pipelines: Pick<PipelineService, 'demandRunnable'>;
  runs: { start(input: StartRunInput): Promise<{ id: string }> };
  logger: LoggerService;
  now?(): Date;
}

/** Definitions that are in memory at once. */
const PAGE = 50;
/** Others have their turn seconds later; each asks the catalog. */
const MAX_STARTS = 500;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Starts runs at the times that definitions name. What counts is the definition of the default branch, as the catalog has
 * it. Each time is a run's key, so that it starts one run however many replicas look.
 */
export class Schedules {
  readonly #options: SchedulesOptions;
  readonly #now: () => Date;

  constructor(options: SchedulesOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  /** Reads what has changed of definitions, and starts what is due. */
  async check(signal?: AbortSignal): Promise<void> {
    await this.#readAll(signal);
    await this.#startDue(signal);
  }

  async list(pipelineRef: string): Promise<PipelineSchedules> {
    const { db } = this.#options;
    const [rows, state] = await Promise.all([
      listSchedules(db, pipelineRef),
      findScheduleState(db, pipelineRef),
    ]);
    return {
      ...(state?.paused_by &&
        state.paused_at && {
          paused: { by: state.paused_by, at: state.paused_at },
        }),
      items: rows.map(toSchedule),
    };
  }

  async pause(pipelineRef: string, by: string): Promise<PipelineSchedules> {
    const at = this.#now().toISOString();
    await pauseSchedules(this.#options.db, { pipelineRef, by, at });
    return await this.list(pipelineRef);
  }

  async resume(pipelineRef: string): Promise<PipelineSchedules> {
    const now = this.#now();
    await resumeSchedules(this.#options.db, {
      pipelineRef,
      nextOf: schedule => nextTime(schedule, now).toISOString(),
    });
    return await this.list(pipelineRef);
  }

  async #readAll(signal?: AbortSignal): Promise<void> {
    const { db } = this.#options;
    for (;;) {
      signal?.throwIfAborted();
      const unread = await listUnreadDefinitions(db, { limit: PAGE });
      for (const { ref, definition, definition_digest: digest } of unread) {
        await storeSchedules(db, {
          pipelineRef: ref,
          digest: digest ?? '',
          schedules: this.#readSchedules(ref, definition),
        });
      }
      if (unread.length < PAGE) {
        return;
      }
    }
  }

  /** Undefined where the definition is invalid. */
  #readSchedules(
    ref: string,
    definition: string | null,
  ): NewSchedule[] | undefined {
    try {
      const result = checkPipelineDefinition(
        definition === null ? undefined : JSON.parse(definition),
      );
      return 'definition' in result
        ? toRows(result.definition.triggers.schedule, this.#now())
        : undefined;
    } catch (error) {
      // Read again at the next change: one that cannot be read keeps no other from its turn
      this.#options.logger.error(
        `The schedules of '${ref}' cannot be read: ${error}`,
      );
      return undefined;
    }
  }

  async #startDue(signal?: AbortSignal): Promise<void> {
    const { db } = this.#options;
    const due = await listDueSchedules(db, {
      at: this.#now().toISOString(),
      limit: MAX_STARTS,
    });
    for (const row of due) {
      signal?.throwIfAborted();
      await this.#work(row);
    }
  }

  /** What asking again does not change waits for the next time; all else is tried again before. */
  async #work(row: ScheduleRow): Promise<void> {
    const { db, logger } = this.#options;
    const name = `The schedule '${row.name}' of '${row.pipeline_ref}'`;
    try {
      await this.#startRunOf(row);
    } catch (error) {
      logger.error(`${name} started no run yet; it is tried again: ${error}`);
      const problem = reason('trigger.triedAgain', { problem: whyOf(error) });
      await settleSchedule(db, row, {
        due_at: nextTry(this.#now(), row.failures),
        failures: row.failures + 1,
        problem: formatReason(problem),
      });
    }
  }

  async #startRunOf(row: ScheduleRow): Promise<void> {
    const { db, logger } = this.#options;
    const { time, next } = this.#findTime(row);
    const onwards = { next_at: next, due_at: next, failures: 0 };
    if (time === undefined) {
      const missed = { time: row.next_at, days: TRIED_FOR / DAY };
      const problem = formatReason(reason('trigger.scheduleMissed', missed));
      await settleSchedule(db, row, { ...onwards, problem });
      return;
    }
    try {
      const { id } = await this.#start(row, time);
      const started = { last_at: time, last_run_id: id, problem: null };
      await settleSchedule(db, row, { ...onwards, ...started });
    } catch (error) {
      if (!isFinal(error)) {
        throw error;
      }
      logger.info(`A schedule of '${row.pipeline_ref}' is refused: ${error}`);
      const problem = formatReason(whyOf(error));
      await settleSchedule(db, row, { ...onwards, problem });
    }
  }

  /** The last time that has come, and the one after: of several that nobody saw to, only the last is made up for. */
  #findTime(row: ScheduleRow): { time?: string; next: string } {
    const now = this.#now().getTime();
    let next = new Date(row.next_at);
    let time: Date | undefined;
    // The last one of many is found from nearby.
    for (const span of [HOUR, DAY, TRIED_FOR]) {
      next = nextTime(
        row,
        new Date(Math.max(Date.parse(row.next_at) - 1, now - span)),
      );
      while (next.getTime() <= now) {
        time = next;
        next = nextTime(row, time);
      }
      if (time) {
        break;
      }
    }
    return { time: time?.toISOString(), next: next.toISOString() };
  }

  async #start(row: ScheduleRow, time: string) {
    const { pipelines, runs } = this.#options;
    const { pipeline_ref: pipelineRef, name, parameters } = row;
    const { source_url: sourceUrl, owner_ref: createdBy } =
      await pipelines.demandRunnable(pipelineRef);
    const ref = row.branch ?? undefined;
    return await runs.start({
      ...{ pipelineRef, sourceUrl, createdBy, ref },
      trigger: 'schedule',
      schedule: name,
      idempotencyKey: `schedule:${name} ${time}`,
      ...(parameters !== null && {
        parameters: parseStoredParameters(parameters),
      }),
    });
  }
}

function toRows(
  schedules: Record<string, ScheduleDefinition> = {},
  now: Date,
): NewSchedule[] {
  return Object.entries(schedules).map(([name, own]) => ({
    name,
    cron: own.cron,
    timezone: own.timezone,
    branch: own.branch ?? null,
    parameters: own.parameters ? JSON.stringify(own.parameters) : null,
    next_at: nextTime(own, now).toISOString(),
  }));
}

function whyOf(error: unknown): Reason {
  return (
    (error instanceof Error && reasonOf(error)) || quoted(describeError(error))
  );
}

function isFinal(error: unknown): boolean {
  return (
    NotFoundError.is(error) || ConflictError.is(error) || InputError.is(error)
  );
}
