import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import {
  stageKey,
  type PipelineDefinition,
  type StageDefinition,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { invalidRequest } from '@model-ci/backstage-plugin-model-ci-node';
import {
  hasPassed,
  isLeftOut,
  withDescendants,
} from '../../../planning/planner';
import type { RunRow, RunStateRow, StageRow } from '../../tables/runs';
import { readReason } from '../../storedReason';
import { transact } from '../../transact';
import { refuseExternal } from '../external/refuseExternal';
import { insertChanges, type StateChange } from '../history/insertChanges';
import { advanceRun, type AdvanceContext, type Advanced } from './advanceRun';
import { lockRun } from './lockRun';
import { lockGroup, unfinishedOfGroup } from './ofGroup';
import { withReason } from '../../../withReason';
import { statusWord } from '../../../statusWord';

/** As many as an error has room for. */
const SHOWN_STAGES = 50;
/** A change of a run from one of these is a retry. */
export const RETRIABLE: readonly string[] = ['failed', 'errored', 'cancelled'];

/**
 * Opens an ended run again: the stage or instance named, or else every one that did not pass, and all that need
 * them, are queued anew. A run whose source was never read is prepared from the start.
 */
export async function retryRun(
  db: Knex,
  args: {
    runId: string;
    from?: string;
    by: string;
    context: AdvanceContext;
    at: string;
  },
): Promise<Advanced> {
  const { runId, by, at } = args;
  return await transact(db, async tx => {
    const run = await lockRun(tx, { runId });
    await refuseExternal(tx, run, 'error.externalNotRetryable');
    if (!RETRIABLE.includes(run.status)) {
      throw withReason(
        ConflictError,
        reason('error.notRetryable', {
          number: run.number,
          pipeline: run.pipeline_ref,
          status: statusWord(run.status),
        }),
      );
    }
    const reopened = {
      reason: null,
      finished_at: null,
      cancel_requested_at: null,
      cancel_requested_by: null,
      superseded_by: null,
    };
    const content = await args.context.findRunContent(tx, runId);
    if (!content) {
      if (args.from !== undefined) {
        throw invalidRequest(
          'body',
          'from',
          `must be left out: run ${run.number} of ${run.pipeline_ref} has no stages yet`,
        );
      }
      return { run: await requeue(tx, { run, by, at, reopened }), queued: 0 };
    }

    if (content.definition.concurrency === 'one-at-a-time') {
      await demandTurn(tx, run);
    }
    const stages = await tx<StageRow>('stages').where({ run_id: runId });
    const chosen = chooseStages(content.definition, stages, args.from);
    const [running] = await tx<RunRow>('runs')
      .where({ id: runId })
      .update({ ...reopened, status: 'running', started_at: at })
      .returning('*');
    const changes: StateChange[] = [
      { runId, from: run.status, to: 'running', by },
    ];
    const affected = stages.filter(stage => chosen.has(stage.id));
    await tx<StageRow>('stages')
      .whereIn(
        'id',
        affected.map(stage => stage.id),
      )
      .update({
        status: 'queued',
        reason: null,
        started_at: null,
        finished_at: null,
        conclusion: null,
        has_parity: null,
        selected: null,
      });
    changes.push(
      ...affected.map(stage => ({
        runId,
        stageId: stage.id,
        from: stage.status,
        to: 'queued' as const,
        by,
      })),
    );
    return await advanceRun(tx, {
      run: running,
      context: args.context,
      changes,
      at,
    });
  });
}

/** Another run of the branch may be going on, or be about to. */
async function demandTurn(
  tx: Knex.Transaction,
  run: RunStateRow,
): Promise<void> {
  await lockGroup(tx, run);
  const other: Pick<RunRow, 'number'> | undefined = await unfinishedOfGroup(
    tx,
    run,
  ).first('number');
  if (other) {
    throw withReason(
      ConflictError,
      reason('error.notItsTurn', {
        number: run.number,
        pipeline: run.pipeline_ref,
        other: other.number,
      }),
    );
  }
}

async function requeue(
  tx: Knex.Transaction,
  args: { run: RunStateRow; by: string; at: string; reopened: Partial<RunRow> },
): Promise<RunStateRow> {
  const { run, by, at } = args;
  const [queued] = await tx<RunRow>('runs')
    .where({ id: run.id })
    .update({
      ...args.reopened,
      status: 'queued',
      mistakes: null,
      prepare_failures: 0,
      prepare_after: null,
    })
    .returning('*');
  await insertChanges(tx, {
    changes: [{ runId: run.id, from: run.status, to: 'queued', by }],
    at,
  });
  return queued;
}

/** The rows that are queued anew. */
function chooseStages(
  definition: PipelineDefinition,
  rows: StageRow[],
  from: string | undefined,
): Set<string> {
  const named = from === undefined ? undefined : findNamed(rows, from);
  const whole = rows.filter(({ instance }) => instance === null);
  const status = new Map(whole.map(row => [row.name, row.status]));
  const leftOut = new Set(
    whole.flatMap(row => (isLeftOut(readReason(row.reason)) ? row.name : [])),
  );
  const passed = (name: string) =>
    hasPassed(definition.stages[name], status.get(name) ?? 'queued') ||
    leftOut.has(name);
  const roots = named
    ? [named.name]
    : [...status.keys()].filter(name => !passed(name));
  const blocker = named && findBlocker(definition.stages[named.name], passed);
  if (blocker !== undefined) {
    throw withReason(
      ConflictError,
      reason('error.needsOther', {
        stage: named?.name ?? '',
        needed: blocker,
        status: statusWord(status.get(blocker) ?? 'queued'),
      }),
    );
  }
  const stages = withDescendants(definition.stages, roots);
  const isAffected = (row: StageRow) =>
    row.instance === null ||
    // What is made again has other results, so that all instances of what needs it are made again, too.
    definition.stages[row.name].needs.some(need => stages.has(need)) ||
    isChosen(row, rows, named);
  return new Set(
    rows
      .filter(row => stages.has(row.name) && isAffected(row))
      .map(({ id }) => id),
  );
}

/** A stage without which another one cannot run. */
function findBlocker(
  { needs, when }: StageDefinition,
  passed: (name: string) => boolean,
): string | undefined {
  return (when?.needs ?? 'succeeded') === 'succeeded'
    ? needs.find(need => !passed(need))
    : undefined;
}

/** The instance that was named. Otherwise what has succeeded is kept, unless the stage failed all the same. */
function isChosen(
  row: StageRow,
  rows: StageRow[],
  named: StageRow | undefined,
): boolean {
  if (named) {
    return named.instance === null || named.id === row.id;
  }
  return (
    row.status !== 'succeeded' ||
    rows
      .filter(({ name, instance }) => name === row.name && instance !== null)
      .every(({ status }) => status === 'succeeded')
  );
}

function findNamed(rows: StageRow[], from: string): StageRow {
  const keyOf = (row: StageRow) => stageKey(row.name, row.instance);
  const found = rows.find(row => keyOf(row) === from);
  if (!found) {
    throw invalidRequest(
      'body',
      'from',
      `the run has no stage '${from}'; its stages are ${rows
        .slice(0, SHOWN_STAGES)
        .map(row => `'${keyOf(row)}'`)
        .join(', ')}${rows.length > SHOWN_STAGES ? ' and others' : ''}`,
    );
  }
  return found;
}
