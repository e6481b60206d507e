import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import {
  isFinal,
  reason,
  type BuiltImage,
  type RanImage,
  type Reason,
  type StageDefinition,
  type Status,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Handle, Outcome } from '@model-ci/backstage-plugin-model-ci-node';
import {
  RETURNED_ATTEMPT,
  type AttemptRow,
  type RunStateRow,
} from '../../tables/runs';
import { formatOutcome } from '../../outcomes';
import { storeReason } from '../../storedReason';
import { transact } from '../../transact';
import { returnedRows, valuesTable } from '../../valuesTable';
import { insertCaches } from '../caches/insertCaches';
import type { CollectedCache } from '../caches/types';
import { evidenceDigest } from '../stages/evidenceDigest';
import { insertApprovals, type NewApproval } from '../stages/insertApprovals';
import { insertChanges, type StateChange } from '../history/insertChanges';
import { insertResults } from '../results/insertResults';
import type { StageResults } from '../results/types';
import {
  advanceRuns,
  type AdvanceContext,
  type Advanced,
} from '../runs/advanceRun';
import { lockRuns } from '../runs/lockRun';
import { updateStages, type StageUpdate } from '../stages/updateStages';
import {
  tryClaimAttempts,
  type Claim,
  type ClaimAttemptsArgs,
} from './claimAttempts';
import { insertAttempts } from './insertAttempts';
import { newAttempt } from './newAttempt';

/** How an attempt ended, in terms of the run. */
export interface AttemptEnd {
  status: Extract<Status, 'succeeded' | 'failed' | 'errored' | 'cancelled'>;
  reason?: Reason;
  /** What the executor said; absent if it never came that far. */
  outcome?: Outcome;
  /** Who ended it, if a person did. */
  by?: string;
  /** Set where it may still run somewhere, or its results are given up, so that no other attempt may follow by itself. */
  final?: true;
}

/** An attempt that has ended, but for its rows. */
export interface EndedAttempt {
  attemptId: string;
  runId: string;
  stage: StageDefinition;
  ticket: string;
  end: AttemptEnd;
  /** By what the executor finds it again, should that not have been stored yet. */
  handle?: Handle;
  /** What it ran in, if that is known. */
  image?: RanImage;
  /** What it has built. */
  builtImage?: BuiltImage;
  /** What the stage produced. */
  produced?: {
    stageName: string;
    instance?: string;
    /** Where the instance was executed. */
    environment?: string;
    results: StageResults;
    /** What it leaves for later runs. */
    caches?: CollectedCache[];
  };
}

export interface FinishAttemptsArgs {
  /** At most one end of each attempt. */
  ended: EndedAttempt[];
  context: AdvanceContext;
  /** How this process claims attempts. */
  createClaim(): ClaimAttemptsArgs;
  at: string;
}

export interface FinishedAttempts {
  /** The rows of those that ended, by their ids; the ticket of any other is not valid any more. */
  attempts: Map<string, AttemptRow>;
  /** The runs that they moved on. */
  advanced: Advanced[];
  /** What was claimed in the same step; absent if somebody else was claiming. */
  claims?: Claim[];
}

interface Finished {
  args: EndedAttempt;
  row: AttemptRow;
  run: RunStateRow;
  /** Its replacement. */
  again?: ReturnType<typeof newAttempt>;
}

/**
 * Ends attempts and their stages and moves the runs on, all at once. An attempt that the platform
 * lost is replaced by another one while the stage allows it. What is next is claimed at once, where
 * nobody else is claiming. The ended rows are cleaned up next. An attempt whose ticket was lost keeps
 * none of the others from ending.
 */
export async function finishAttempts(
  db: Knex,
  args: FinishAttemptsArgs,
): Promise<FinishedAttempts> {
  const { ended, context, at } = args;
  return await transact(db, async tx => {
    const runIds = [...new Set(ended.map(({ runId }) => runId))];
    const runs = new Map(
      (await lockRuns(tx, { runIds })).map(run => [run.id, run]),
    );
    const attempts = await endAttempts(tx, ended, at);
    const finished = ended.flatMap((attempt): Finished[] => {
      const row = attempts.get(attempt.attemptId);
      const run = runs.get(attempt.runId);
      return row && run
        ? [{ args: attempt, row, run, ...retryOf(run, row, attempt, args) }]
        : [];
    });
    await insertProduced(tx, finished, at);
    await insertAttempts(
      tx,
      finished.flatMap(({ again }) => again ?? []),
    );
    await updateStages(
      tx,
      finished.map(attempt => stageUpdateOf(attempt, at)),
    );
    await insertApprovals(
      tx,
      finished.filter(isHeld).map(held => approvalOf(held, at)),
    );
    const { advanced, changes } = await advanceRuns(tx, {
      runs: [...new Set(finished.map(({ run }) => run))],
      context,
      at,
    });
    const claimed =
      finished.length > 0
        ? await tryClaimAttempts(tx, args.createClaim(), finished.length)
        : undefined;
    await insertChanges(tx, {
      changes: [
        ...finished.flatMap(changesOf),
        ...changes,
        ...(claimed?.changes ?? []),
      ],
      at,
    });
    return { attempts, advanced, ...(claimed && { claims: claimed.claims }) };
  });
}

async function insertProduced(
  tx: Knex.Transaction,
  finished: Finished[],
  at: string,
): Promise<void> {
  for (const { args, row, run } of finished) {
    if (args.produced) {
      const { caches = [], ...produced } = args.produced;
      const ids = { runId: run.id, pipelineRef: run.pipeline_ref };
      await insertResults(tx, {
        ...ids,
        stageId: row.stage_id,
        attemptId: row.id,
        ...produced,
        at,
      });
      await insertCaches(tx, { ...ids, caches, at });
    }
  }
}

async function endAttempts(
  tx: Knex.Transaction,
  ended: EndedAttempt[],
  at: string,
): Promise<Map<string, AttemptRow>> {
  const values = valuesTable(
    tx,
    {
      id: 'text',
      ticket: 'text',
      status: 'text',
      reason: 'text',
      outcome: 'text',
      exit_code: 'integer',
      handle: 'text',
      image: 'text',
      built_image: 'text',
    },
    ended.map(({ attemptId, ticket, handle, image, builtImage, end }) => ({
      id: attemptId,
      ticket,
      status: end.status,
      reason: storeReason(end.reason),
      outcome: end.outcome ? formatOutcome(end.outcome) : null,
      exit_code: end.outcome?.type === 'exited' ? end.outcome.exitCode : null,
      handle: handle ? JSON.stringify(handle) : null,
      image: image ? JSON.stringify(image) : null,
      built_image: builtImage ? JSON.stringify(builtImage) : null,
    })),
  );
  const rows = await returnedRows<AttemptRow>(
    tx.raw(
      `update attempts set status = v.status, reason = v.reason, outcome = v.outcome,
         exit_code = v.exit_code, handle = coalesce(v.handle, attempts.handle), image = v.image,
         built_image = v.built_image,
         finished_at = ?, ticket = null, holder = null, lease_expires_at = null
       from ?
       where attempts.id = v.id and attempts.ticket = v.ticket and attempts.status = 'running'
       returning ${RETURNED_ATTEMPT}`,
      [at, values],
    ),
  );
  return new Map(rows.map(row => [row.id, row]));
}

function retryOf(
  run: RunStateRow,
  row: AttemptRow,
  { stage, end }: EndedAttempt,
  { context, at }: FinishAttemptsArgs,
): Pick<Finished, 'again'> {
  if (
    end.status !== 'errored' ||
    end.final ||
    run.cancel_requested_at !== null ||
    row.platform_retries >= stage.retry.platform
  ) {
    return {};
  }
  const again = {
    ...newAttempt({
      id: randomUUID(),
      runId: run.id,
      stageId: row.stage_id,
      stage,
      number: row.number + 1,
      platformRetries: row.platform_retries + 1,
      defaults: context,
      at,
    }),
    // Where an image is that it needs, does not change
    executor: row.executor,
    node_selector: row.node_selector,
    demand: row.demand,
  };
  return { again };
}

/** Whether a person decides before the run goes on; nobody asks for a run that is being cancelled. */
function isHeld({ args: { end, stage, produced }, run }: Finished): boolean {
  return (
    end.status === 'succeeded' &&
    (stage.hold === true || produced?.results.question !== undefined) &&
    run.cancel_requested_at === null
  );
}

function approvalOf({ args, row, run }: Finished, at: string): NewApproval {
  const { produced, stage } = args;
  return {
    runId: run.id,
    stageId: row.stage_id,
    question: produced?.results.question ?? reason('stage.hold'),
    evidence: evidenceDigest(produced?.results),
    timeoutSeconds: stage.decisionTimeoutSeconds,
    at,
  };
}

function stageStatusOf(finished: Finished): Status {
  if (finished.again) {
    return 'queued';
  }
  return isHeld(finished) ? 'waiting' : finished.args.end.status;
}

function stageUpdateOf(finished: Finished, at: string): StageUpdate {
  const { args, row } = finished;
  const { end } = args;
  const status = stageStatusOf(finished);
  return {
    stageId: row.stage_id,
    status,
    ...(end.reason !== undefined && { reason: end.reason }),
    ...(isFinal(status) && { finishedAt: at }),
  };
}

function changesOf(finished: Finished): StateChange[] {
  const { args, row, run, again } = finished;
  const { attemptId, end } = args;
  const change = {
    runId: run.id,
    stageId: row.stage_id,
    from: 'running' as const,
    ...(end.reason !== undefined && { reason: end.reason }),
    ...(end.status === 'cancelled' &&
      run.cancel_requested_by !== null && { by: run.cancel_requested_by }),
    ...(end.by !== undefined && { by: end.by }),
  };
  const ended: StateChange = { ...change, attemptId, to: end.status };
  return again
    ? [
        ended,
        { ...change, to: 'queued' },
        {
          runId: run.id,
          stageId: row.stage_id,
          attemptId: again.id,
          to: 'queued',
        },
      ]
    : [ended, { ...change, to: stageStatusOf(finished) }];
}
