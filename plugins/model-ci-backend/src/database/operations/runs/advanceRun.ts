import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import {
  instanceDefinitions,
  instancesOf,
  parseReason,
  reason,
  stageKey,
  type BuiltImage,
  type PipelineDefinition,
  type Reason,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  planRun,
  type InstanceState,
  type Plan,
  type StageState,
} from '../../../planning/planner';
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
import { listBuiltImages } from '../stages/listBuiltImages';
import { updateStages, type StageUpdate } from '../stages/updateStages';
import { registerVersion } from '../versions/registerVersion';
import type { RunContent } from './findRunContent';

/** What the plan of a run depends on besides its rows. */
export interface AdvanceContext extends AttemptDefaults {
  /** What the run read from its source, if it was prepared. */
  findRunContent(
    db: Knex | Knex.Transaction,
    runId: string,
  ): Promise<RunContent | undefined>;
  /** The branch whose runs register versions. */
  findDefaultBranch(sourceUrl: string): string | undefined;
}

export interface Advanced {
  run: RunStateRow;
  /** How many attempts were queued. */
  queued: number;
  /** Rows of stages of which all instances have ended; whoever follows this up has them concluded. */
  toConclude?: string[];
  /** Present when the run ended in this step. */
  ended?: { version?: number };
}

type PlannedRow = Pick<
  StageRow,
  'id' | 'run_id' | 'name' | 'instance' | 'status' | 'reason'
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
  // Versions are numbered within a pipeline: always in one order, so that no two replicas deadlock.
  for (const step of inOrderOfPipelines(steps)) {
    const ended = step.end && (await endRun(tx, step, { context, at }));
    if (!step.end && step.run.status !== statuses.get(step.run.id)) {
      await tx<RunRow>('runs')
        .where({ id: step.run.id })
        .update({ status: step.run.status });
    }
    advanced.push({
      run: step.run,
      queued: step.attempts.length,
      ...(step.toConclude.length > 0 && { toConclude: step.toConclude }),
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
  /** Rows of stages. */
  toConclude: string[];
  end: boolean;
  /** Whether a version of it would have everything that its definition makes of one. */
  isWhole: boolean;
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
        ? await args.context.findRunContent(tx, id)
        : undefined;
    if (content) {
      contents.set(id, content);
    }
  }
  const stages = await listPlannedStages(tx, [...contents.keys()]);
  const images = await listBuiltImages(tx, {
    runIds: [...contents].flatMap(([id, { definition }]) =>
      runsBuiltImages(definition) ? [id] : [],
    ),
  });
  return args.runs.map(run => {
    const content = contents.get(run.id);
    return content
      ? planStep(run, content, stages.get(run.id) ?? [], {
          ...args,
          images: images.get(run.id),
        })
      : {
          run,
          skipped: [],
          attempts: [],
          toConclude: [],
          end: false,
          isWhole: true,
          changes: [],
        };
  });
}

function runsBuiltImages({ stages }: PipelineDefinition): boolean {
  return Object.values(stages).some(({ imageFrom }) => imageFrom !== undefined);
}

function planStep(
  run: RunStateRow,
  { definition, changed }: RunContent,
  rows: PlannedRow[],
  {
    context,
    at,
    images,
  }: {
    context: AdvanceContext;
    at: string;
    images: ReadonlyMap<string, BuiltImage> | undefined;
  },
): Step {
  const plan = planRun(definition.stages, statesOf(rows, definition), {
    ...(run.branch !== null && { branch: run.branch }),
    ...(changed && { changed }),
  });
  const byKey = new Map(rows.map(row => [keyOf(row), row]));
  const skipped = skipStages(plan, rows, at);
  const definitions = definitionsOf(definition, plan.start.length > 0);
  // What is queued at the same time is claimed in the order of its ids: a matrix begins with its first instances.
  const ids = plan.start.map(() => randomUUID()).sort();
  const attempts = plan.start.map((key, index) => {
    const row = byKey.get(key)!;
    return newAttempt({
      id: ids[index],
      runId: run.id,
      stageId: row.id,
      stage: definitions.get(key)!,
      number: (row.last_number ?? 0) + 1,
      platformRetries: 0,
      defaults: context,
      at,
      ...(images && { images }),
    });
  });
  const ended = endOf(run, plan, { context, at });
  return {
    run: ended.run,
    skipped: skipped.updates,
    attempts,
    toConclude: (plan.conclude ?? []).map(name => byKey.get(name)!.id),
    end: plan.end !== undefined,
    isWhole: plan.end?.missing === undefined,
    changes: [
      ...skipped.changes,
      ...attempts.map(({ id: attemptId, stage_id: stageId }) => ({
        runId: run.id,
        stageId,
        attemptId,
        to: 'queued' as const,
      })),
      ...ended.changes,
    ],
  };
}

function keyOf({ name, instance }: Pick<PlannedRow, 'name' | 'instance'>) {
  return stageKey(name, instance);
}

/** What each stage and instance follows, by its key. */
function definitionsOf(
  { stages }: PipelineDefinition,
  areNeeded: boolean,
): Map<string, StageDefinition> {
  return new Map(
    (areNeeded ? Object.entries(stages) : []).flatMap(([name, stage]) => [
      [name, stage] as const,
      ...[...instanceDefinitions(stage)].map(
        ([key, instance]) => [stageKey(name, key), instance] as const,
      ),
    ]),
  );
}

/** A stage is skipped with its instances. */
function skipStages(
  plan: Plan,
  rows: PlannedRow[],
  at: string,
): { updates: StageUpdate[]; changes: StateChange[] } {
  const reasons = new Map(
    plan.skip.map(({ stage, reason: why }) => [stage, why]),
  );
  const skipped = rows.flatMap(row => {
    const why = reasons.get(row.name);
    return why ? [{ row, why }] : [];
  });
  return {
    updates: skipped.map(({ row, why }) => ({
      stageId: row.id,
      status: 'skipped',
      reason: why,
      finishedAt: at,
    })),
    changes: skipped.map(({ row, why }) => ({
      runId: row.run_id,
      stageId: row.id,
      from: row.status,
      to: 'skipped',
      reason: why,
    })),
  };
}

/** The run as it is after the step. */
function endOf(
  run: RunStateRow,
  plan: Plan,
  { context, at }: { context: AdvanceContext; at: string },
): { run: RunStateRow; changes: StateChange[] } {
  if (!plan.end) {
    const status = plan.waits ? 'waiting' : 'running';
    return {
      run: { ...run, status },
      changes:
        status === run.status
          ? []
          : [{ runId: run.id, from: run.status, to: status }],
    };
  }
  const { status } = plan.end;
  const why = explainEnd(run, plan.end, context);
  const change: StateChange = {
    runId: run.id,
    from: run.status,
    to: status,
    ...(why !== undefined && { reason: why }),
    ...(status === 'cancelled' &&
      run.cancel_requested_by !== null && { by: run.cancel_requested_by }),
  };
  const ended = { status, reason: storeReason(why), finished_at: at };
  return { run: { ...run, ...ended }, changes: [change] };
}

/** Names the newer run that has ended it; and says of a run of the default branch that it registers no version. */
function explainEnd(
  run: RunStateRow,
  { status, reason: why, missing }: NonNullable<Plan['end']>,
  context: AdvanceContext,
): Reason | undefined {
  if (status === 'cancelled' && run.superseded_by !== null) {
    return reason('run.superseded', { number: String(run.superseded_by) });
  }
  return missing && isOfDefaultBranch(run, context)
    ? reason('run.withoutVersion', { stages: missing })
    : why;
}

export function isOfDefaultBranch(
  run: RunStateRow,
  context: Pick<AdvanceContext, 'findDefaultBranch'>,
): boolean {
  return (
    run.branch !== null &&
    run.branch === context.findDefaultBranch(run.source_url)
  );
}

/** A successful run of the default branch registers a version with its end. */
export async function endRun(
  tx: Knex.Transaction,
  { run, isWhole }: Pick<Step, 'run' | 'isWhole'>,
  {
    context,
    at,
  }: { context: Pick<AdvanceContext, 'findDefaultBranch'>; at: string },
): Promise<{ version?: number }> {
  const { status, reason: why, finished_at } = run;
  await tx<RunRow>('runs')
    .where({ id: run.id })
    .update({ status, reason: why, finished_at });
  if (status !== 'succeeded' || !isWhole || !isOfDefaultBranch(run, context)) {
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
      'stages.instance',
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

function statesOf(
  rows: PlannedRow[],
  { stages }: PipelineDefinition,
): Map<string, StageState> {
  const instances = groupInstances(rows, stages);
  return new Map(
    rows
      .filter(({ instance }) => instance === null)
      .map(row => {
        const own = instances.get(row.name);
        const open = own
          ? [...own.values()].some(instance => instance.open)
          : isOpen(row);
        return [
          row.name,
          {
            status: row.status,
            open,
            ...(own && { instances: own }),
            ...(row.reason !== null && { reason: parseReason(row.reason) }),
          },
        ];
      }),
  );
}

/** In the order of the definition. */
function groupInstances(
  rows: PlannedRow[],
  stages: PipelineDefinition['stages'],
): Map<string, Map<string, InstanceState>> {
  const byKey = new Map(
    rows
      .filter(({ instance }) => instance !== null)
      .map(row => [keyOf(row), row]),
  );
  const names = new Set([...byKey.values()].map(({ name }) => name));
  return new Map(
    [...names].map(name => [
      name,
      new Map(
        instancesOf(stages[name]).flatMap(({ key }) => {
          const row = byKey.get(stageKey(name, key));
          return row
            ? [[key, { status: row.status, open: isOpen(row) }] as const]
            : [];
        }),
      ),
    ]),
  );
}

function isOpen({ open_attempts: open }: PlannedRow): boolean {
  return Number(open ?? 0) > 0;
}
