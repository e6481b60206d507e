import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import {
  instancesOf,
  reason,
  type PipelineDefinition,
  type Reason,
  type RunDataset,
} from '@model-ci/backstage-plugin-model-ci-common';
import { insertRows } from '../../insertRows';
import type { RunRow } from '../../tables/runs';
import { transact } from '../../transact';
import type { StateChange } from '../history/insertChanges';
import { planStageGates } from '../gates/planStageGates';
import { assertTicketHeld } from '../ticket';
import { advanceRun, type AdvanceContext, type Advanced } from './advanceRun';
import { lockRun } from './lockRun';
import { RELEASED } from '../leases';

/**
 * Starts a prepared run: its stages come into being and the first attempts are queued. From here
 * on, every end of an attempt moves the run.
 */
export async function startRun(
  db: Knex,
  args: {
    runId: string;
    ticket: string;
    commit: string;
    branch?: string;
    commitMessage?: string;
    sourceTree?: string;
    sourceDigest: string;
    definition: PipelineDefinition;
    datasets: RunDataset[];
    /** The configured ones; none where they are not known. */
    environments?: readonly string[];
    context: AdvanceContext;
    at: string;
  },
): Promise<Advanced> {
  const { runId, at } = args;
  return await transact(db, async tx => {
    await lockRun(tx, { runId });
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
    return await advanceRun(tx, { run, context: args.context, changes, at });
  });
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
