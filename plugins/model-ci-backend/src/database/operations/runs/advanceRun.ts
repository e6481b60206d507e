import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import {
  parseReason,
  type PipelineDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import { planRun, type StageState } from '../../../planning/planner';
import type {
  BigInteger,
  RunRow,
  RunStateRow,
  StageRow,
} from '../../tables/runs';
import { storeReason } from '../../storedReason';
import { insertAttempts } from '../attempts/insertAttempts';
import { insertChanges, type StateChange } from '../history/insertChanges';
import { newAttempt, type AttemptDefaults } from '../attempts/newAttempt';
import { updateStages, type StageUpdate } from '../stages/updateStages';
import { registerVersion } from '../versions/registerVersion';
import type { RunContent } from './findRunContent';

/** What the plan of a run depends on besides its rows. */
export interface AdvanceContext extends AttemptDefaults {
  /** What the run read from its source, if it was prepared. */
  loadContent(
    db: Knex | Knex.Transaction,
    runId: string,
  ): Promise<RunContent | undefined>;
  /** The branch whose runs register versions. */
  defaultBranch(sourceUrl: string): string | undefined;
}

export interface Advanced {
  run: RunStateRow;
  /** How many attempts were queued. */
  queued: number;
  /** Present when the run ended in this step. */
  ended?: { version?: number };
}

type PlannedRow = Pick<
  StageRow,
  'id' | 'run_id' | 'name' | 'status' | 'reason'
> & {
  last_number: number | null;
  open_attempts: BigInteger | null;
};

/**
 * Moves a run as far as its stages allow: queues attempts, skips stages, ends the run. The caller holds the
 * run's lock (`lockRun`) and hands over the changes that led here; all history is written in one statement.
 * Attempts that were queued are moved next by whoever claims them.
 */
export async function advanceRun(
  tx: Knex.Transaction,
  args: {
    run: RunStateRow;
    context: AdvanceContext;
    /** What led here, in this transaction. */
    changes: StateChange[];
    at: string;
  },
): Promise<Advanced> {
  const { run, context, at } = args;
  const { advanced, changes } = await advanceRuns(tx, {
    runs: [run],
    context,
    at,
  });
  await insertChanges(tx, { changes: [...args.changes, ...changes], at });
  return advanced[0];
}

/** Does that to several locked runs, but leaves it to the caller to write the changes down. */
export async function advanceRuns(
  tx: Knex.Transaction,
  args: { runs: RunStateRow[]; context: AdvanceContext; at: string },
): Promise<{ advanced: Advanced[]; changes: StateChange[] }> {
  const { context, at } = args;
  const steps = await planSteps(tx, args);
  const statuses = new Map(args.runs.map(({ id, status }) => [id, status]));
  await updateStages(
    tx,
    steps.flatMap(step => step.skipped),
  );
  await insertAttempts(
    tx,
    steps.flatMap(step => step.attempts),
  );
  const advanced: Advanced[] = [];
  // Versions are numbered within a pipeline: always in one order, so that no two replicas wait in a circle.
  for (const step of inOrderOfPipelines(steps)) {
    const ended = step.end && (await endRun(tx, step.run, { context, at }));
    if (!step.end && step.run.status !== statuses.get(step.run.id)) {
      await tx<RunRow>('runs')
        .where({ id: step.run.id })
        .update({ status: step.run.status });
    }
    advanced.push({
      run: step.run,
      queued: step.attempts.length,
      ...(ended && { ended }),
    });
  }
  return { advanced, changes: steps.flatMap(step => step.changes) };
}

/** What the plan of a run comes to, in rows. */
interface Step {
  /** As it is after this step. */
  run: RunStateRow;
  skipped: StageUpdate[];
  attempts: Array<ReturnType<typeof newAttempt>>;
  end: boolean;
  changes: StateChange[];
}

async function planSteps(
  tx: Knex.Transaction,
  args: { runs: RunStateRow[]; context: AdvanceContext; at: string },
): Promise<Step[]> {
  const contents = new Map<string, RunContent>();
  for (const { id, status } of args.runs) {
    const content =
      status === 'running' || status === 'waiting'
        ? await args.context.loadContent(tx, id)
        : undefined;
    if (content) {
      contents.set(id, content);
    }
  }
  const stages = await listPlannedStages(tx, [...contents.keys()]);
  return args.runs.map(run => {
    const content = contents.get(run.id);
    return content
      ? planStep(run, content.definition, stages.get(run.id) ?? [], args)
      : { run, skipped: [], attempts: [], end: false, changes: [] };
  });
}

function planStep(
  run: RunStateRow,
  definition: PipelineDefinition,
  rows: PlannedRow[],
  { context, at }: { context: AdvanceContext; at: string },
): Step {
  const runId = run.id;
  const plan = planRun(definition.stages, statesOf(rows));
  const byName = new Map(rows.map(row => [row.name, row]));
  const changes: StateChange[] = [];

  const skipped = plan.skip.map(({ stage, reason }): StageUpdate => {
    const { id: stageId, status } = byName.get(stage)!;
    changes.push({ runId, stageId, from: status, to: 'skipped', reason });
    return { stageId, status: 'skipped', reason, finishedAt: at };
  });

  const attempts = plan.start.map(stage => {
    const row = byName.get(stage)!;
    const attempt = newAttempt({
      id: randomUUID(),
      runId,
      stageId: row.id,
      stage: definition.stages[stage],
      number: (row.last_number ?? 0) + 1,
      platformRetries: 0,
      defaults: context,
      at,
    });
    const { id: attemptId } = attempt;
    changes.push({ runId, stageId: row.id, attemptId, to: 'queued' });
    return attempt;
  });

  if (!plan.end) {
    const status = plan.waits ? 'waiting' : 'running';
    if (status !== run.status) {
      changes.push({ runId, from: run.status, to: status });
    }
    return { run: { ...run, status }, skipped, attempts, end: false, changes };
  }
  const { status, reason } = plan.end;
  changes.push({
    runId,
    from: run.status,
    to: status,
    ...(reason !== undefined && { reason }),
    ...(status === 'cancelled' &&
      run.cancel_requested_by !== null && { by: run.cancel_requested_by }),
  });
  const ended = {
    ...run,
    status,
    reason: storeReason(reason),
    finished_at: at,
  };
  return { run: ended, skipped, attempts, end: true, changes };
}

/** A successful run of the default branch registers a version with its end. */
async function endRun(
  tx: Knex.Transaction,
  run: RunStateRow,
  { context, at }: { context: AdvanceContext; at: string },
): Promise<{ version?: number }> {
  const { status, reason, finished_at } = run;
  await tx<RunRow>('runs')
    .where({ id: run.id })
    .update({ status, reason, finished_at });
  if (
    status !== 'succeeded' ||
    run.branch === null ||
    run.branch !== context.defaultBranch(run.source_url)
  ) {
    return {};
  }
  const version = await registerVersion(tx, {
    runId: run.id,
    pipelineRef: run.pipeline_ref,
    createdBy: run.created_by,
    at,
  });
  return { version };
}

function inOrderOfPipelines(steps: Step[]): Step[] {
  const key = ({ run }: Step) => `${run.pipeline_ref} ${run.id}`;
  return [...steps].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

async function listPlannedStages(
  tx: Knex.Transaction,
  runIds: string[],
): Promise<Map<string, PlannedRow[]>> {
  const found = new Map<string, PlannedRow[]>(runIds.map(id => [id, []]));
  if (runIds.length === 0) {
    return found;
  }
  const rows = await tx('stages')
    // Only of a stage that is queued does the plan depend on its attempts.
    .leftJoin('attempts', join =>
      join
        .on('attempts.stage_id', 'stages.id')
        .andOnVal('stages.status', 'queued'),
    )
    .whereIn('stages.run_id', runIds)
    .groupBy('stages.id')
    .orderBy('stages.position')
    .select<PlannedRow[]>(
      'stages.id',
      'stages.run_id',
      'stages.name',
      'stages.status',
      'stages.reason',
      tx.raw('max(attempts.number) as last_number'),
      tx.raw(
        `sum(case when attempts.status in ('queued', 'running') then 1 else 0 end) as open_attempts`,
      ),
    );
  rows.forEach(row => found.get(row.run_id)!.push(row));
  return found;
}

function statesOf(rows: PlannedRow[]): Map<string, StageState> {
  return new Map(
    rows.map(row => [
      row.name,
      {
        status: row.status,
        open: Number(row.open_attempts ?? 0) > 0,
        ...(row.reason !== null && { reason: parseReason(row.reason) }),
      },
    ]),
  );
}
