import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { planRun, type StageState } from '../../../engine/planner';
import type {
  AttemptRow,
  BigInteger,
  RunRow,
  RunStateRow,
  StageRow,
} from '../../tables/runs';
import { insertChanges, type StateChange } from '../history/insertChanges';
import type { Claim } from '../attempts/claimAttempts';
import { newAttempt, type AttemptDefaults } from '../attempts/newAttempt';
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
  registerVersion(
    tx: Knex.Transaction,
    options: {
      runId: string;
      pipelineRef: string;
      createdBy: string;
      at: string;
    },
  ): Promise<number>;
}

export interface Advanced {
  run: RunStateRow;
  /** How many attempts were queued. */
  queued: number;
  /** What was claimed in the same step; absent if nobody tried. */
  claims?: Claim[];
  /** Present when the run ended in this step. */
  ended?: { version?: number };
}

type PlannedRow = Pick<StageRow, 'id' | 'name' | 'status' | 'reason'> & {
  last_number: number | null;
  open_attempts: BigInteger | null;
};

export interface AdvanceRunArgs {
  run: RunStateRow;
  context: AdvanceContext;
  /** What led here, in this transaction. */
  changes: StateChange[];
  at: string;
}

/**
 * Moves a run as far as its stages allow: queues attempts, skips stages, ends the run. The caller holds the
 * run's lock (`lockRun`) and hands over the changes that led here; all history is written in one statement.
 * Attempts that were queued are moved next by whoever claims them.
 */
export async function advanceRun(
  tx: Knex.Transaction,
  args: AdvanceRunArgs,
): Promise<Advanced> {
  const { changes, ...advanced } = await applyPlan(tx, args);
  await insertChanges(tx, { changes, at: args.at });
  return advanced;
}

/** Does what `advanceRun` does, but leaves it to the caller to write all changes down. */
export async function applyPlan(
  tx: Knex.Transaction,
  args: AdvanceRunArgs,
): Promise<Advanced & { changes: StateChange[] }> {
  const { run, context, at } = args;
  const changes = [...args.changes];
  const content =
    run.status === 'running'
      ? await context.loadContent(tx, run.id)
      : undefined;
  if (!content) {
    return { run, queued: 0, changes };
  }
  const { definition } = content;
  const rows = await listPlannedStages(tx, run.id);
  const plan = planRun(definition.stages, statesOf(rows));
  const byName = new Map(rows.map(row => [row.name, row]));

  for (const { stage, reason } of plan.skip) {
    const row = byName.get(stage)!;
    await tx<StageRow>('stages')
      .where({ id: row.id })
      .update({ status: 'skipped', reason, finished_at: at });
    changes.push({
      runId: run.id,
      stageId: row.id,
      from: row.status,
      to: 'skipped',
      reason,
    });
  }

  const attempts = plan.start.map(stage => {
    const row = byName.get(stage)!;
    return newAttempt({
      id: randomUUID(),
      runId: run.id,
      stageId: row.id,
      stage: definition.stages[stage],
      number: (row.last_number ?? 0) + 1,
      platformRetries: 0,
      defaults: context,
      at,
    });
  });
  if (attempts.length > 0) {
    await tx<AttemptRow>('attempts').insert(attempts);
  }
  changes.push(
    ...attempts.map(attempt => ({
      runId: run.id,
      stageId: attempt.stage_id,
      attemptId: attempt.id,
      to: 'queued' as const,
    })),
  );

  let ended: Advanced['ended'];
  let current: RunStateRow = run;
  if (plan.end) {
    const { status, reason } = plan.end;
    current = {
      ...run,
      status,
      reason: reason ?? null,
      finished_at: at,
    };
    await tx<RunRow>('runs')
      .where({ id: run.id })
      .update({ status, reason: reason ?? null, finished_at: at });
    changes.push({
      runId: run.id,
      from: run.status,
      to: status,
      ...(reason !== undefined && { reason }),
      ...(status === 'cancelled' &&
        run.cancel_requested_by !== null && { by: run.cancel_requested_by }),
    });
    ended = {};
    if (
      status === 'succeeded' &&
      run.branch !== null &&
      run.branch === context.defaultBranch(run.source_url)
    ) {
      ended.version = await context.registerVersion(tx, {
        runId: run.id,
        pipelineRef: run.pipeline_ref,
        createdBy: run.created_by,
        at,
      });
    }
  }
  return {
    run: current,
    queued: attempts.length,
    changes,
    ...(ended && { ended }),
  };
}

async function listPlannedStages(
  tx: Knex.Transaction,
  runId: string,
): Promise<PlannedRow[]> {
  return await tx('stages')
    .leftJoin('attempts', 'attempts.stage_id', 'stages.id')
    .where('stages.run_id', runId)
    .groupBy('stages.id')
    .orderBy('stages.position')
    .select<PlannedRow[]>(
      'stages.id',
      'stages.name',
      'stages.status',
      'stages.reason',
      tx.raw('max(attempts.number) as last_number'),
      tx.raw(
        `sum(case when attempts.status in ('queued', 'running') then 1 else 0 end) as open_attempts`,
      ),
    );
}

function statesOf(rows: PlannedRow[]): Map<string, StageState> {
  return new Map(
    rows.map(row => [
      row.name,
      {
        status: row.status,
        open: Number(row.open_attempts ?? 0) > 0,
        ...(row.reason !== null && { reason: row.reason }),
      },
    ]),
  );
}
