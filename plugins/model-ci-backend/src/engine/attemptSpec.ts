import type { JsonObject } from '@backstage/types';
import type {
  RunDataset,
  StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import type {
  ArtifactStore,
  AttemptSpec,
  Executor,
  WorkspacePart,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { ClaimedAttemptRow } from '../database/operations/attempts/findClaimedAttempt';
import type { RunContent } from '../database/operations/runs/findRunContent';
import type { StageArtifactRow } from '../database/operations/stages/listStageArtifacts';
import { echoCommands } from './echoCommands';
import { quote } from './quote';

export interface AttemptSpecInput {
  attempt: ClaimedAttemptRow;
  content: RunContent;
  /** Artifacts of the stages that this one needs, needs first. */
  artifacts: StageArtifactRow[];
  store: ArtifactStore;
  executor: Executor;
  maxLogBytes: number;
}

/** What an executor is asked to run: the stage's script on top of the source and the artifacts of its needs. */
export function createAttemptSpec(input: AttemptSpecInput): AttemptSpec {
  const { attempt, content } = input;
  const { definition, datasets } = content;
  const stage = definition.stages[attempt.stage_name];
  const options = readOptions(input.executor, stage);
  return {
    attemptId: attempt.id,
    runId: attempt.run_id,
    pipelineRef: content.pipelineRef,
    stage: attempt.stage_name,
    node: attempt.node ?? '',
    script: exportDatasets(stage, datasets) + echoCommands(stage.script),
    ...(stage.shell !== undefined && { shell: stage.shell }),
    ...(stage.image !== undefined && { image: stage.image }),
    env: {
      CI: 'true',
      MODEL_CI_RUN_ID: attempt.run_id,
      MODEL_CI_STAGE: attempt.stage_name,
      MODEL_CI_COMMIT: content.commit,
      MODEL_CI_BRANCH: content.branch ?? '',
      MODEL_CI_PARAMS: '{}',
      ...stage.env,
    },
    resources: stage.resources,
    network: stage.network,
    ...(options && { options }),
    timeoutSeconds: stage.timeoutSeconds,
    maxLogBytes: input.maxLogBytes,
    workspace: createWorkspace(input),
    results: [
      ...Object.values(stage.artifacts),
      ...Object.values(stage.reports).flat(),
    ],
  };
}

/** Read again, because the executor may have been replaced since the run was prepared. */
function readOptions(
  { name, stageOptions }: Executor,
  stage: StageDefinition,
): JsonObject | undefined {
  const written = stage.options?.[name];
  return written && stageOptions ? stageOptions.parse(written) : written;
}

function createWorkspace(input: AttemptSpecInput): WorkspacePart[] {
  const { content, store } = input;
  // Artifacts carry their own paths, and replace what the source has there.
  return [
    content.sourceDigest,
    ...input.artifacts.map(({ digest }) => digest),
  ].map(digest => ({ path: '.', digest, open: () => store.open(digest) }));
}

/**
 * Names the stage's data sets by absolute paths. Only the script knows where its workspace is, so it puts
 * them together itself.
 */
function exportDatasets(
  stage: StageDefinition,
  datasets: RunDataset[],
): string {
  return datasets
    .filter(({ name }) => stage.datasets.includes(name))
    .map(
      ({ name, uri }) =>
        `export ${datasetVariable(name)}="$PWD"/${quote(uri)}\n`,
    )
    .join('');
}

/** The environment variable that holds the path of a data set. */
export function datasetVariable(name: string): string {
  return `MODEL_CI_DATASET_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}
