import type { Knex } from 'knex';
import {
  parseStoredDefinition,
  type PipelineDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import { formatGatePlan, type StoredGatePlan } from '../../../gates/gatePlan';
import { findLostStages } from '../../../gates/loosening';
import { planGates } from '../../../gates/planGates';
import type { StageInputs } from '../../../gates/stageInputs';
import type { Measured, ReferenceVersion } from '../../../gates/types';
import { listInstanceEvaluations } from '../evaluations/listInstanceEvaluations';
import { listRunEvaluations } from '../evaluations/listRunEvaluations';
import { listExampleSets } from '../examples/listExampleSets';
import { findBaselines, type FoundBaseline } from './findBaselines';
import { findStageInputs } from './findStageInputs';

/** Fixes what the gates of a run demand, by stage, as its row keeps it. Whoever starts the run stores it in the same transaction. */
export async function planStageGates(
  tx: Knex.Transaction,
  args: {
    pipelineRef: string;
    definition: PipelineDefinition;
    /** The configured ones. */
    environments: readonly string[];
  },
): Promise<Map<string, string>> {
  const { pipelineRef, definition, environments } = args;
  const stages = Object.entries(definition.stages);
  const names = stages.flatMap(([, { gates }]) =>
    gates.flatMap(({ baseline }) => baseline ?? []),
  );
  const { newest, baselines } = await findBaselines(tx, {
    pipelineRef,
    environments,
    promoted: definition.promote?.alias,
    names: [...new Set(names)],
  });
  const versions = [...baselines.values()].flatMap(found =>
    found.type === 'found' ? [found] : [],
  );
  const runIds = [
    ...new Set([newest, ...versions].flatMap(found => found?.runId ?? [])),
  ];
  const [values, sets, definitions] = [
    await listValues(tx, runIds),
    await listExampleSets(tx, { runIds }),
    await readDefinitions(tx, runIds),
  ];
  const inputs = await listInputs(tx, definition, {
    baselines,
    isReadable: runId => definitions.get(runId) !== 'unreadable',
  });
  const inStage = (
    { version, runId }: { version: number; runId: string },
    stage: string,
  ): ReferenceVersion => {
    const isOwn = (of: { runId: string; stage: string }) =>
      of.runId === runId && of.stage === stage;
    const own = definitions.get(runId);
    return {
      version,
      runId,
      ...(own === 'unreadable'
        ? { isUnreadable: true }
        : { stage: own?.stages[stage] }),
      values: values.filter(isOwn),
      examples: sets.filter(isOwn),
      inputs: inputs.get(keyOf(runId, stage)),
    };
  };
  const planned = stages.map(([name, stage]) => {
    const plan = planGates(stage, {
      newest: newest && inStage(newest, name),
      baselines: new Map(
        [...baselines].map(([as, found]) => [
          as,
          found.type === 'found'
            ? { type: 'found', version: inStage(found, name) }
            : found,
        ]),
      ),
    });
    return [name, plan] as const;
  });
  const before = newest && definitions.get(newest.runId);
  if (newest && before && before !== 'unreadable') {
    addToFirst(planned, definition, { before, version: newest.version });
  }
  return new Map(
    planned
      .filter(([, plan]) => holdsAnything(plan))
      .map(([name, plan]) => [name, formatGatePlan(plan)]),
  );
}

/** What the stages that compare with versions predicted from in these, by run and stage. */
async function listInputs(
  tx: Knex.Transaction,
  { stages }: PipelineDefinition,
  of: {
    baselines: ReadonlyMap<string, FoundBaseline>;
    isReadable(runId: string): boolean;
  },
): Promise<Map<string, StageInputs>> {
  const inputs = new Map<string, StageInputs>();
  for (const [stage, { gates }] of Object.entries(stages)) {
    const names = new Set(gates.flatMap(({ baseline }) => baseline ?? []));
    for (const name of names) {
      const found = of.baselines.get(name);
      if (found?.type === 'found' && of.isReadable(found.runId)) {
        const { runId } = found;
        const known = await findStageInputs(tx, { runId, stage });
        if (known) {
          inputs.set(keyOf(runId, stage), known);
        }
      }
    }
  }
  return inputs;
}

function keyOf(runId: string, stage: string): string {
  return `${runId}/${stage}`;
}

/** What stages and their instances measured. */
async function listValues(tx: Knex.Transaction, runIds: string[]) {
  const values: Array<Measured & { runId: string; stage: string }> = [];
  for (const runId of runIds) {
    const own = await listInstanceEvaluations(tx, { runId });
    values.push(...own.map(value => ({ ...value, runId })));
  }
  const ofStages = await listRunEvaluations(tx, { runIds, slices: true });
  return [...ofStages, ...values].filter(({ value }) => Number.isFinite(value));
}

function holdsAnything(plan: StoredGatePlan): boolean {
  const { gates, removed, loosened, unreadable = [] } = plan;
  return [gates, removed, loosened, unreadable].some(
    ({ length }) => length > 0,
  );
}

/** What concerns the whole pipeline is shown with the first stage that has gates, or with the first one. */
function addToFirst(
  planned: Array<readonly [string, StoredGatePlan]>,
  definition: PipelineDefinition,
  newest: { before: PipelineDefinition; version: number },
): void {
  const [, plan] =
    planned.find(([, { gates }]) => gates.length > 0) ?? planned[0] ?? [];
  const { before, version } = newest;
  const from = before.promote?.alias;
  plan?.removed.push(
    ...findLostStages(definition.stages, { stages: before.stages, version }),
  );
  if (from !== definition.promote?.alias) {
    plan?.loosened.push({ type: 'promote', from, since: version });
  }
}

/** Whether a gate was loosened cannot be known from a definition that cannot be read any more: plans say so. */
async function readDefinitions(
  tx: Knex.Transaction,
  runIds: string[],
): Promise<Map<string, PipelineDefinition | 'unreadable'>> {
  const rows: Array<{ id: string; definition: string }> = await tx('runs')
    .whereIn('id', runIds)
    .whereNotNull('definition')
    .select('id', 'definition');
  return new Map(
    rows.map(
      ({ id, definition }): [string, PipelineDefinition | 'unreadable'] => {
        try {
          return [id, parseStoredDefinition(definition)];
        } catch {
          return [id, 'unreadable'];
        }
      },
    ),
  );
}
