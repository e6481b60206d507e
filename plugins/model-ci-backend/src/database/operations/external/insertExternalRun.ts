import type { Knex } from 'knex';
import type {
  ExternalCi,
  PipelineDefinition,
  Reason,
  RunDataset,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { ExternalRunRow } from '../../tables/externalRuns';
import type { RunRow } from '../../tables/runs';
import { lockUntilCommit, transact } from '../../transact';
import { planStageGates } from '../gates/planStageGates';
import { insertChanges } from '../history/insertChanges';
import { findRunByKey } from '../runs/findRunByKey';
import { insertRunRow } from '../runs/insertRunRow';
import { addStages } from './addStages';

export interface InsertExternalRunArgs {
  pipelineRef: string;
  sourceUrl: string;
  ci: ExternalCi;
  idempotencyKey: string;
  ref?: string;
  branch?: string;
  /** Why it is not trusted. */
  unverified?: Reason;
  commit: string;
  message?: string;
  sourceDigest?: string;
  sourceTree?: string;
  definition: PipelineDefinition;
  datasets: RunDataset[];
  /** Stages that are announced, in order. */
  stages: string[];
  environments: readonly string[];
  createdBy: string;
  tokenName: string;
  /** For the history. */
  reason: Reason;
  at: string;
}

/**
 * Begins a run that another CI executes, with what its gates demand. It is running from the start: no loop of the engine
 * prepares or plans it. The same key answers the run that was begun first.
 */
export async function insertExternalRun(
  db: Knex,
  args: InsertExternalRunArgs,
): Promise<{ run: RunRow; created: boolean }> {
  return await transact(db, async tx => {
    const { pipelineRef, idempotencyKey, at } = args;
    await lockUntilCommit(tx, `run-number:${pipelineRef}`);
    const existing = await findRunByKey(tx, { pipelineRef, idempotencyKey });
    if (existing) {
      return { run: existing, created: false };
    }
    const plans = await planStageGates(tx, args);
    const run = await insertRun(tx, args);
    await tx<ExternalRunRow>('external_runs').insert({
      run_id: run.id,
      provider: args.ci.provider,
      build_id: args.ci.buildId,
      build_attempt: args.ci.attempt ?? null,
      url: args.ci.url ?? null,
      token_name: args.tokenName,
      gate_plans: JSON.stringify(Object.fromEntries(plans)),
      heard_at: at,
    });
    await insertChanges(tx, {
      changes: [
        {
          runId: run.id,
          to: 'running',
          by: args.createdBy,
          reason: args.reason,
        },
      ],
      at,
    });
    await addStages(tx, { runId: run.id, names: args.stages, at });
    return { run, created: true };
  });
}

async function insertRun(
  tx: Knex.Transaction,
  { ref, message, ...args }: InsertExternalRunArgs,
): Promise<RunRow> {
  const last = await tx<RunRow>('runs')
    .where({ pipeline_ref: args.pipelineRef })
    .max({ number: 'number' })
    .first();
  return await insertRunRow(
    tx,
    {
      ...args,
      trigger: 'external',
      requestedRef: ref,
      commitMessage: message,
    },
    {
      number: Number(last?.number ?? 0) + 1,
      status: 'running',
      started_at: args.at,
    },
  );
}
