import type { Knex } from 'knex';
import {
  parseStoredDefinition,
  type PipelineDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import { formatGatePlan } from '../../../gates/gatePlan';
import { planGates } from '../../../gates/planGates';
import type { ReferenceVersion } from '../../../gates/types';
import { listRunEvaluations } from '../evaluations/listRunEvaluations';
import { listExampleSets } from '../examples/listExampleSets';
import { findBaselines } from './findBaselines';

/** Fixes what the gates of a run demand, by stage, as its row keeps it. Whoever starts the run stores it in the same transaction. */
export async function planStageGates(
  tx: Knex.Transaction,
  args: { pipelineRef: string; definition: PipelineDefinition },
): Promise<Map<string, string>> {
  const { pipelineRef, definition } = args;
  const stages = Object.entries(definition.stages);
  const names = stages.flatMap(([, { gates }]) =>
    gates.flatMap(({ baseline }) => baseline ?? []),
  );
  const { newest, versions } = await findBaselines(tx, {
    pipelineRef,
    names: [...new Set(names)],
  });
  const runIds = [
    ...new Set(
      [newest, ...versions.values()].flatMap(found => found?.runId ?? []),
    ),
  ];
  const [evaluations, sets, definitions] = [
    await listRunEvaluations(tx, { runIds }),
    await listExampleSets(tx, { runIds }),
    await readDefinitions(tx, runIds),
  ];
  const inStage = (
    { version, runId }: { version: number; runId: string },
    stage: string,
  ): ReferenceVersion => {
    const isOwn = (of: { runId: string; stage: string; instance?: string }) =>
      of.runId === runId && of.stage === stage && of.instance === undefined;
    return {
      version,
      runId,
      stage: definitions.get(runId)?.stages[stage],
      values: evaluations.filter(
        found => isOwn(found) && Number.isFinite(found.value),
      ),
      examples: sets.filter(isOwn),
    };
  };
  const planned = stages.map(([name, stage]) => {
    const plan = planGates(stage, {
      newest: newest && inStage(newest, name),
      baselines: new Map(
        [...versions].map(([as, found]) => [as, inStage(found, name)]),
      ),
    });
    return [name, plan] as const;
  });
  return new Map(
    planned
      .filter(([, { gates, removed }]) => gates.length + removed.length > 0)
      .map(([name, plan]) => [name, formatGatePlan(plan)]),
  );
}

/** A definition that cannot be read any more compares with nothing. */
async function readDefinitions(
  tx: Knex.Transaction,
  runIds: string[],
): Promise<Map<string, PipelineDefinition>> {
  const rows: Array<{ id: string; definition: string }> = await tx('runs')
    .whereIn('id', runIds)
    .whereNotNull('definition')
    .select('id', 'definition');
  return new Map(
    rows.flatMap(({ id, definition }) => {
      try {
        return [[id, parseStoredDefinition(definition)] as const];
      } catch {
        return [];
      }
    }),
  );
}
