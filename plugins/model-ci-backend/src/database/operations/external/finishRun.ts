import type { Knex } from 'knex';
import {
  isFinal,
  parseReason,
  parseStoredDefinition,
  parseStoredStage,
  reason,
  type Reason,
  type Status,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { AttemptRow, RunRow, StageRow } from '../../tables/runs';
import { explainFailures } from '../../../planning/planner';
import { storeReason } from '../../storedReason';
import { transact } from '../../transact';
import { insertChanges, type StateChange } from '../history/insertChanges';
import { RELEASED } from '../leases';
import {
  endRun,
  isOfDefaultBranch,
  type AdvanceContext,
  type Advanced,
} from '../runs/advanceRun';
import { lockRun } from '../runs/lockRun';
import { isExternal } from './externalRuns';

type Ended = Extract<Status, 'succeeded' | 'failed' | 'errored' | 'cancelled'>;

/**
 * Ends an external run as its CI, or its silence, says: but never as successful where a stage of it is not. What of it
 * still runs or was announced ends with it. A run that has ended stays as it is.
 */
export async function finishRun(
  db: Knex,
  args: {
    runId: string;
    status: Ended;
    reason?: Reason;
    /** Only where nothing was heard of it since before this time. */
    silentSince?: string;
    context: Pick<AdvanceContext, 'findDefaultBranch'>;
    at: string;
  },
): Promise<Advanced | undefined> {
  const { runId, at } = args;
  return await transact(db, async tx => {
    const run = await lockRun(tx, { runId });
    if (!isExternal(run) || isFinal(run.status) || (await isHeard(tx, args))) {
      return undefined;
    }
    const stages = await tx<StageRow>('stages')
      .where({ run_id: runId })
      .orderBy('position');
    const changes = await endStages(tx, stages, args);
    const end = endOf(stages, args);
    const unjudged =
      end.status === 'succeeded' ? await listUnjudged(tx, runId, stages) : [];
    if (unjudged.length > 0 && isOfDefaultBranch(run, args.context)) {
      end.reason = reason('external.withoutVersion', { stages: unjudged });
    }
    const ended = {
      ...run,
      status: end.status,
      reason: storeReason(end.reason),
      finished_at: at,
    };
    const isWhole = unjudged.length === 0;
    const { version } = await endRun(tx, { run: ended, isWhole }, args);
    changes.push({
      ...{ runId, from: run.status, to: end.status },
      ...(end.reason && { reason: end.reason }),
    });
    await insertChanges(tx, { changes, at });
    return { run: ended, queued: 0, ended: { version } };
  });
}

async function isHeard(
  tx: Knex.Transaction,
  { runId, silentSince }: { runId: string; silentSince?: string },
): Promise<boolean> {
  const heard =
    silentSince !== undefined &&
    (await tx('external_runs')
      .where({ run_id: runId })
      .where('heard_at', '>=', silentSince)
      .first('run_id'));
  return Boolean(heard);
}

/** Ends what is open; the rows that were handed over are changed alike. */
async function endStages(
  tx: Knex.Transaction,
  stages: StageRow[],
  args: { runId: string; status: Ended; reason?: Reason; at: string },
): Promise<StateChange[]> {
  const { runId, at } = args;
  const changes: StateChange[] = [];
  for (const stage of stages.filter(({ status }) => !isFinal(status))) {
    const isRunning = stage.status === 'running';
    const lost = args.status === 'errored' ? 'errored' : 'cancelled';
    const status = isRunning ? lost : 'skipped';
    const why =
      args.reason ??
      reason(isRunning ? 'external.leftRunning' : 'external.notReported');
    const end = { status, reason: storeReason(why), finished_at: at } as const;
    const change = {
      runId,
      stageId: stage.id,
      to: status,
      reason: why,
    } as const;
    if (isRunning) {
      const attempts = await tx<AttemptRow>('attempts')
        .where({ stage_id: stage.id, status: 'running' })
        .update({ ...end, ...RELEASED })
        .returning('id');
      changes.push(
        ...attempts.map(({ id: attemptId }) => ({
          ...{ ...change, attemptId, from: 'running' as const },
        })),
      );
    }
    await tx<StageRow>('stages').where({ id: stage.id }).update(end);
    changes.push({ ...change, from: stage.status });
    stage.status = status;
    stage.reason = end.reason;
  }
  return changes;
}

function endOf(
  stages: StageRow[],
  args: { status: Ended; reason?: Reason },
): { status: Ended; reason?: Reason } {
  const bad = stages.filter(
    stage =>
      ['failed', 'errored', 'cancelled'].includes(stage.status) &&
      !allowsFailure(stage),
  );
  if (args.status !== 'succeeded' && args.reason) {
    return { status: args.status, reason: args.reason };
  }
  if (args.status === 'cancelled') {
    return { status: 'cancelled', reason: reason('external.buildCancelled') };
  }
  if (bad.length > 0) {
    return { status: 'failed', reason: describeFailed(bad) };
  }
  return args.status === 'succeeded'
    ? { status: 'succeeded' }
    : { status: 'failed', reason: reason('external.buildFailed') };
}

/** Stages whose gates the definition demands, and that did not pass them: a build is not free of a gate by not reporting its stage. */
async function listUnjudged(
  tx: Knex.Transaction,
  runId: string,
  stages: StageRow[],
): Promise<string[]> {
  const row = await tx<RunRow>('runs').where({ id: runId }).first('definition');
  const definition = parseStoredDefinition(row?.definition ?? '{}');
  const passed = stages.flatMap(({ name, status }) =>
    status === 'succeeded' ? name : [],
  );
  return Object.entries(definition.stages).flatMap(([name, stage]) => {
    const isDemanded =
      stage.gates.length > 0 &&
      !stage.allowFailure &&
      stage.when?.needs !== 'failed';
    return isDemanded && !passed.includes(name) ? name : [];
  });
}

function allowsFailure({ definition }: StageRow): boolean {
  return definition !== null && parseStoredStage(definition).allowFailure;
}

function describeFailed(stages: StageRow[]): Reason {
  const [{ reason: why }] = stages;
  return explainFailures(
    'failed',
    stages.map(({ name }) => name),
    why === null ? undefined : parseReason(why),
  );
}
