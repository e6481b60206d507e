import type { Knex } from 'knex';
import {
  instanceDefinitions,
  instancesOf,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import type {
  ArtifactStore,
  Executor,
} from '@model-ci/backstage-plugin-model-ci-node';
import {
  findClaimedAttempt,
  type ClaimedAttemptRow,
} from '../database/operations/attempts/findClaimedAttempt';
import type { AdvanceContext } from '../database/operations/runs/advanceRun';
import type { RunContent } from '../database/operations/runs/findRunContent';
import {
  listStageArtifacts,
  type StageArtifactRow,
} from '../database/operations/stages/listStageArtifacts';
import type { DeliveredPart } from '../evaluations/delivered';
import { givenStages } from '../planning/planner';
import type { AttemptLease } from './AttemptLease';

/** What the work on an attempt is about, once its row was read. */
export interface LoadedAttempt extends RunContent {
  attempt: ClaimedAttemptRow;
  executor: Executor;
  /** What the attempt follows: for an instance, its own part of the definition. */
  stage: StageDefinition;
  /** Where below their paths the artifacts of an instance lie, where those of all of them go on together. */
  folder?: string;
  /** Name of the environment that the instance is executed in. */
  environment?: string;
}

export async function loadAttempt(
  options: {
    db: Knex;
    executors: ReadonlyMap<string, Executor>;
    context: AdvanceContext;
  },
  lease: AttemptLease,
  /** As it was claimed, where that was just now. */
  row: ClaimedAttemptRow | undefined,
): Promise<LoadedAttempt> {
  const { db, executors, context } = options;
  const attempt = row ?? (await findClaimedAttempt(db, lease));
  const executor = executors.get(attempt.executor);
  const content = await context.findRunContent(db, lease.runId);
  const stage = findStage(content, attempt);
  if (!executor || !content || !stage) {
    throw new Error(
      `Attempt ${attempt.id} was claimed without its executor or definition`,
    );
  }
  return {
    ...content,
    attempt,
    executor,
    stage,
    ...environmentOf(content, attempt),
    ...(attempt.instance !== null &&
      !content.definition.stages[attempt.stage_name].select && {
        folder: attempt.instance,
      }),
  };
}

function environmentOf(
  { definition }: RunContent,
  { stage_name, instance }: ClaimedAttemptRow,
): Pick<LoadedAttempt, 'environment'> {
  const found = instancesOf(definition.stages[stage_name]).find(
    ({ key }) => key === instance,
  );
  return found?.environment === undefined
    ? {}
    : { environment: found.environment };
}

/** What an attempt follows; undefined where the definition has it no more. */
export function findStage(
  content: RunContent | undefined,
  { stage_name, instance }: Pick<ClaimedAttemptRow, 'stage_name' | 'instance'>,
): StageDefinition | undefined {
  const stage = content?.definition.stages[stage_name];
  return stage && instance !== null
    ? instanceDefinitions(stage).get(instance)
    : stage;
}

/** The artifacts that the stage is given, of the stages that it needs, needs first. */
export async function listInputs(
  db: Knex,
  { attempt, definition }: LoadedAttempt,
): Promise<StageArtifactRow[]> {
  const stages = givenStages(definition.stages, attempt.stage_name).filter(
    name => Object.keys(definition.stages[name].artifacts).length > 0,
  );
  if (stages.length === 0) {
    return [];
  }
  const artifacts = await listStageArtifacts(db, {
    runId: attempt.run_id,
    stages,
  });
  return stages.flatMap(name =>
    artifacts.filter(artifact => artifact.stage === name),
  );
}

/** What the workspace was made of: none of it counts as a result. */
export async function listDelivered(
  db: Knex,
  store: ArtifactStore,
  loaded: LoadedAttempt,
): Promise<DeliveredPart[]> {
  const inputs = await listInputs(db, loaded);
  return [
    {
      from: { type: 'source' },
      open: () => store.open(loaded.sourceDigest),
    },
    ...inputs.map(
      ({ stage, name, digest }): DeliveredPart => ({
        from: { type: 'artifact', stage, name },
        open: () => store.open(digest),
      }),
    ),
  ];
}
