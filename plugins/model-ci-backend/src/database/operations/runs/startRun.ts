import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import {
  instancesOf,
  reason,
  type ParameterValues,
  type PipelineDefinition,
  type Reason,
  type RunDataset,
} from '@model-ci/backstage-plugin-model-ci-common';
import { insertRows } from '../../insertRows';
import type { RunRow, RunStateRow } from '../../tables/runs';
import { transact } from '../../transact';
import type { StateChange } from '../history/insertChanges';
import { planStageGates } from '../gates/planStageGates';
import { assertTicketHeld } from '../ticket';
import { advanceRun, type AdvanceContext, type Advanced } from './advanceRun';
import { lockRuns } from './lockRun';
import { queueBehind } from './queueBehind';
import { listSuperseded, supersedeRuns } from './supersedeRuns';
import { RELEASED } from '../leases';

/** With the runs that were cancelled for it. */
export type Started = Advanced & { superseded: Advanced[] };

/**
 * Starts a prepared run: its stages come into being and the first attempts are queued. From here
 * on, every end of an attempt moves the run. Answers undefined where it has to wait for another run of its branch.
 */
export async function startRun(
  db: Knex,
  args: {
    runId: string;
    ticket: string;
    commit: string;
    /** Null where it belongs to none after all. */
    branch?: string | null;
    commitMessage?: string;
    sourceTree?: string;
    sourceDigest: string;
    definition: PipelineDefinition;
    datasets: RunDataset[];
    /** With the defaults; from here on they never change. */
    parameters: ParameterValues;
    /** The configured ones; none where they are not known. */
    environments?: readonly string[];
    context: AdvanceContext;
    at: string;
  },
): Promise<Started | undefined> {
  const { runId, at } = args;
  return await transact(db, async tx => {
    const { concurrency } = args.definition;
    if (concurrency === 'one-at-a-time' && (await queueBehind(tx, args))) {
      return undefined;
    }
    const earlier = await lockWithSuperseded(tx, args);
    const [run] = await tx<RunRow>('runs')
      .where({ id: runId, ticket: args.ticket, status: 'queued' })
      .update({
        status: 'running',
        reason: null,
        started_at: at,
        commit: args.commit,
        ...(args.branch !== undefined && { branch: args.branch }),
        ...(args.commitMessage !== undefined && {
          commit_message: args.commitMessage,
        }),
        ...(args.sourceTree !== undefined && { source_tree: args.sourceTree }),
        source_digest: args.sourceDigest,
        definition: JSON.stringify(args.definition),
        datasets: JSON.stringify(args.datasets),
        parameters: args.definition.parameters
          ? JSON.stringify(args.parameters)
          : null,
        waits_for: null,
        ...RELEASED,
      })
      .returning('*');
    assertTicketHeld(run ? 1 : 0, 'run', runId);
    const changes: StateChange[] = [
      { runId, from: 'queued', to: 'running', reason: describeSource(args) },
    ];
    const plans = await planStageGates(tx, {
      pipelineRef: run.pipeline_ref,
      definition: args.definition,
      environments: args.environments ?? [],
    });
    const stages = newStages(runId, args.definition, plans);
    await insertRows(tx, 'stages', stages);
    changes.push(
      ...stages.map(stage => ({
        runId,
        stageId: stage.id,
        to: 'queued' as const,
      })),
    );
    const { context } = args;
    const superseded = await supersedeRuns(tx, {
      runs: earlier,
      by: run,
      context,
      at,
    });
    const advanced = await advanceRun(tx, { run, context, changes, at });
    return { ...advanced, superseded };
  });
}

/** Locks the run, and those that it ends: all at once, because runs are always locked in one order. */
async function lockWithSuperseded(
  tx: Knex.Transaction,
  args: Pick<Parameters<typeof startRun>[1], 'runId' | 'branch' | 'definition'>,
): Promise<RunStateRow[]> {
  const { runId, definition } = args;
  const others =
    definition.concurrency === 'cancel-superseded'
      ? await findSuperseded(tx, args)
      : [];
  const locked = await lockRuns(tx, { runIds: [runId, ...others] });
  return locked.filter(({ id }) => id !== runId);
}

async function findSuperseded(
  tx: Knex.Transaction,
  { runId, branch }: { runId: string; branch?: string | null },
): Promise<string[]> {
  const run = await tx<RunRow>('runs')
    .where({ id: runId })
    .first(
      'pipeline_ref',
      'number',
      'branch',
      'is_untrusted',
      'pull_request_number',
    );
  return run
    ? await listSuperseded(tx, { ...run, branch: branch ?? run.branch })
    : [];
}

/** A row for each stage, and one for each of its instances. */
function newStages(
  runId: string,
  { stages }: PipelineDefinition,
  plans: ReadonlyMap<string, string>,
) {
  return Object.entries(stages).flatMap(([name, definition], position) => {
    const row = (instance: string | null) => ({
      id: randomUUID(),
      run_id: runId,
      name,
      position,
      status: 'queued' as const,
      // An instance follows the definition of its stage.
      definition: instance === null ? JSON.stringify(definition) : null,
      instance,
      gate_plan: (instance === null && plans.get(name)) || null,
    });
    return [row(null), ...instancesOf(definition).map(({ key }) => row(key))];
  });
}

/** Says later what was run, whatever has become of the repository since. */
function describeSource(args: {
  commit: string;
  sourceTree?: string;
}): Reason | undefined {
  const { commit, sourceTree: tree } = args;
  return tree === undefined
    ? undefined
    : reason('run.source', { commit, tree });
}
