import type { Knex } from 'knex';
import {
  reason,
  type StageConclusion,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { StageEnd } from '../../../planning/conclusion';
import { storeReason } from '../../storedReason';
import type { EvaluationRow, ExampleSetRow } from '../../tables/evaluations';
import type { RunStateRow, StageRow } from '../../tables/runs';
import { transact } from '../../transact';
import type { StateChange } from '../history/insertChanges';
import { adoptEvaluations } from '../evaluations/adoptEvaluations';
import { insertEvaluations } from '../evaluations/insertEvaluations';
import { insertGateResults } from '../evaluations/insertGateResults';
import type { JudgedGate, MeasuredMetric } from '../results/types';
import { conclusionDigest } from '../stages/evidenceDigest';
import { insertApprovals } from '../stages/insertApprovals';
import type { InstancesOfStage } from '../stages/findInstances';
import { advanceRun, type AdvanceContext, type Advanced } from './advanceRun';
import { lockRun } from './lockRun';

/** How far the environments of a stage lie from its reference. */
export interface ConcludedParity {
  gates: JudgedGate[];
  /** What belongs to the history of each environment, under an attempt of it. */
  measured: Array<{
    environment: string;
    attemptId: string;
    evaluations: MeasuredMetric[];
  }>;
}

/**
 * Ends a stage of which all instances have ended, and moves its run on. Undefined where somebody else has concluded it
 * since it was read: what has ended stays so until the run is retried, and no run is retried before its stages have ended.
 */
export async function concludeStage(
  db: Knex,
  args: {
    of: InstancesOfStage;
    end: StageEnd;
    /** What was found out on the way. */
    conclusion: StageConclusion;
    /** Keys of the instances whose evaluations are the stage's. */
    adopted: string[];
    parity?: ConcludedParity;
    /** Whether a person decides before the run goes on. */
    hold: boolean;
    /** How long that may take; for ever if absent. */
    timeoutSeconds?: number;
    context: AdvanceContext;
    at: string;
  },
): Promise<Advanced | undefined> {
  const { context, at } = args;
  const { stage } = args.of;
  return await transact(db, async tx => {
    const run = await lockRun(tx, { runId: stage.run_id });
    const waits =
      args.hold &&
      args.end.status === 'succeeded' &&
      run.cancel_requested_at === null;
    const moved = await tx<StageRow>('stages')
      .where({ id: stage.id, status: stage.status })
      .update({
        status: waits ? 'waiting' : args.end.status,
        reason: storeReason(args.end.reason),
        finished_at: waits ? null : at,
        conclusion: JSON.stringify(args.conclusion),
        has_parity: args.conclusion.parity ? true : null,
      });
    if (moved === 0) {
      return undefined;
    }
    await storeFound(tx, { ...args, run });
    if (waits) {
      await askPeople(tx, stage, args);
    }
    const change = changeOf(run, stage, args.end, waits);
    return await advanceRun(tx, { run, context, changes: [change], at });
  });
}

/** In place of what an earlier conclusion has found. */
async function storeFound(
  tx: Knex.Transaction,
  args: {
    run: RunStateRow;
    of: InstancesOfStage;
    conclusion: StageConclusion;
    adopted: string[];
    parity?: ConcludedParity;
    at: string;
  },
): Promise<void> {
  const { id: stageId, run_id: runId, name: stageName } = args.of.stage;
  const { selection } = args.conclusion;
  if (selection) {
    await tx<StageRow>('stages')
      .where({ run_id: runId, name: stageName })
      .whereNotNull('instance')
      .update({ selected: tx.raw('instance = ?', [selection.key]) });
  }
  await adoptEvaluations(tx, {
    runId,
    stage: stageName,
    instances: args.adopted,
    withExamples: selection !== undefined,
  });
  await tx('gate_results')
    .where({ stage_id: stageId })
    .whereNull('attempt_id')
    .delete();
  const { gates = [], measured = [] } = args.parity ?? {};
  await insertGateResults(tx, { runId, stageId, gates });
  for (const { environment, attemptId, evaluations } of measured) {
    await insertEvaluations(tx, {
      ...{ runId, stageName, environment, attemptId, evaluations },
      pipelineRef: args.run.pipeline_ref,
      at: args.at,
    });
  }
}

async function askPeople(
  tx: Knex.Transaction,
  stage: StageRow,
  args: {
    conclusion: StageConclusion;
    parity?: ConcludedParity;
    timeoutSeconds?: number;
    at: string;
  },
): Promise<void> {
  const { timeoutSeconds, at } = args;
  await insertApprovals(tx, [
    {
      runId: stage.run_id,
      stageId: stage.id,
      question: reason('stage.hold'),
      evidence: conclusionDigest({
        conclusion: args.conclusion,
        gates: args.parity?.gates ?? [],
        ...(await listAdopted(tx, stage)),
      }),
      ...{ timeoutSeconds, at },
    },
  ]);
}

/** What the stage took over from its instances. */
async function listAdopted(
  tx: Knex.Transaction,
  { run_id, name }: StageRow,
): Promise<{ evaluations: unknown[]; exampleSets: string[] }> {
  const own = { run_id, stage: name, instance: '' };
  const [evaluations, sets] = [
    await tx<EvaluationRow>('evaluations')
      .where(own)
      .orderBy(['metric', 'dataset', 'environment', 'slice'])
      .select('metric', 'dataset', 'environment', 'slice', 'value', 'stderr'),
    await tx<ExampleSetRow>('example_sets')
      .where(own)
      .orderBy('digest')
      .select('digest'),
  ];
  return { evaluations, exampleSets: sets.map(({ digest }) => digest) };
}

function changeOf(
  run: RunStateRow,
  stage: StageRow,
  end: StageEnd,
  waits: boolean,
): StateChange {
  return {
    runId: run.id,
    stageId: stage.id,
    from: stage.status,
    to: waits ? 'waiting' : end.status,
    ...(end.reason !== undefined && { reason: end.reason }),
    ...(end.status === 'cancelled' &&
      run.cancel_requested_by !== null && { by: run.cancel_requested_by }),
  };
}
