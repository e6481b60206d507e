import type { Knex } from 'knex';
import {
  instancesOf,
  type StageConclusion,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import { listInstanceEvaluations } from '../database/operations/evaluations/listInstanceEvaluations';
import { listExampleSets } from '../database/operations/examples/listExampleSets';
import type { ConcludedParity } from '../database/operations/runs/concludeStage';
import type { InstancesOfStage } from '../database/operations/stages/findInstances';
import { readReason } from '../database/storedReason';
import {
  endOfInstances,
  type EndedInstance,
  type StageEnd,
} from '../planning/conclusion';
import { decidingValue, selectInstance } from '../planning/selection';
import { concludeParity } from './concludeParity';
import type { EngineAnalyses } from './types';

export interface FoundConclusion {
  end: StageEnd;
  conclusion: StageConclusion;
  /** Keys of the instances whose evaluations are the stage's. */
  adopted: string[];
  /** How far environments lie from the reference. */
  parity?: ConcludedParity;
}

/** How a stage ends whose instances have all ended, and what its definition wants to know of them. */
export async function findConclusion(
  { db, analyses }: { db: Knex; analyses: EngineAnalyses },
  of: InstancesOfStage,
  definition: StageDefinition,
): Promise<FoundConclusion> {
  const ended = inOrder(of, definition);
  if (definition.select) {
    return await select(db, of, { ended, definition, by: definition.select });
  }
  const end = endOfInstances(ended);
  const adopted = firstInEach(definition);
  if (!definition.parity || end.status !== 'succeeded') {
    return { end, conclusion: {}, adopted };
  }
  const sets = await listExampleSets(db, { runIds: [of.stage.run_id] });
  const compared = await concludeParity(definition, {
    compareEnvironments: question => analyses.compareEnvironments(question),
    sets: sets.filter(({ stage }) => stage === of.stage.name),
    reference: definition.parity.reference,
  });
  return { adopted, ...compared };
}

/** What was measured in an environment is what its first execution measured. */
function firstInEach(definition: StageDefinition): string[] {
  return instancesOf(definition).flatMap(({ key, environment, repeat = 1 }) =>
    environment !== undefined && repeat === 1 ? [key] : [],
  );
}

async function select(
  db: Knex,
  { stage }: InstancesOfStage,
  options: {
    ended: EndedInstance[];
    definition: StageDefinition;
    by: NonNullable<StageDefinition['select']>;
  },
): Promise<FoundConclusion> {
  const { ended, definition, by } = options;
  const measured = await listInstanceEvaluations(db, {
    runId: stage.run_id,
    stage: stage.name,
  });
  const found = selectInstance(
    ended.map(instance => {
      const own = measured.filter(its => its.instance === instance.key);
      const value = decidingValue(own, by);
      return { ...instance, ...(value !== undefined && { value }) };
    }),
    by,
  );
  if (found.type === 'none') {
    return { end: found.end, conclusion: {}, adopted: [] };
  }
  const { type: _, ...best } = found;
  const chosen = instancesOf(definition).find(({ key }) => key === best.key);
  const parameters = chosen?.parameters ?? {};
  return {
    end: { status: 'succeeded' },
    conclusion: { selection: { ...by, ...best, parameters } },
    adopted: [best.key],
  };
}

/** In the order of the definition. */
function inOrder(
  { instances }: InstancesOfStage,
  definition: StageDefinition,
): EndedInstance[] {
  const rows = new Map(instances.map(row => [row.instance, row]));
  return instancesOf(definition).flatMap(({ key }) => {
    const row = rows.get(key);
    const why = readReason(row?.reason ?? null);
    return row
      ? [{ key, status: row.status, ...(why && { reason: why }) }]
      : [];
  });
}
