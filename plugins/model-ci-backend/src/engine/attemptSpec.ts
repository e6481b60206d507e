import type { JsonObject } from '@backstage/types';
import {
  instancesOf,
  parameterVariables,
  type BuiltImage,
  type RunDataset,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  workspacePath,
  type ArtifactStore,
  type AttemptSpec,
  type Executor,
  type WorkspacePart,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { ClaimedAttemptRow } from '../database/operations/attempts/findClaimedAttempt';
import type { RunContent } from '../database/operations/runs/findRunContent';
import type { StageArtifactRow } from '../database/operations/stages/listStageArtifacts';
import { nameOfBuiltImage } from '../database/storedImage';
import { readGpuIds } from '../database/gpuIds';
import { folderOf } from '../evaluations/filePattern';
import { transferLifetimes } from '../transfers/lifetimes';
import type { TransferUrls } from '../transfers/TransferUrls';
import { describeCaches, listUnkept, type AttemptCache } from './caches';
import { echoCommands } from './echoCommands';
import { quote } from './quote';

export interface AttemptSpecInput {
  attempt: ClaimedAttemptRow;
  content: RunContent;
  /** What the attempt follows. */
  stage: StageDefinition;
  /** Artifacts of the stages that this one needs, needs first. */
  artifacts: StageArtifactRow[];
  caches: AttemptCache[];
  store: ArtifactStore;
  executor: Executor;
  /** What the stage asked for, by the names of variables. */
  secrets: Record<string, string>;
  /** What an earlier stage has built for this one. */
  image?: BuiltImage;
  maxLogBytes: number;
  /** Whether its node's own scheduler decides when it starts. */
  isCluster: boolean;
  transfers?: Pick<TransferUrls, 'sign'>;
}

/** What an executor is asked to run: the stage's script on top of the source and the artifacts of its needs. */
export function createAttemptSpec(input: AttemptSpecInput): AttemptSpec {
  const { attempt, content, stage } = input;
  const { datasets } = content;
  const options = readOptions(input.executor, stage);
  const results = listResults(input);
  const gpuIds = readGpuIds(attempt.gpu_ids);
  return {
    attemptId: attempt.id,
    runId: attempt.run_id,
    pipelineRef: content.pipelineRef,
    stage: attempt.stage_name,
    node: attempt.node ?? '',
    script:
      sayOf(input.caches) +
      exportDatasets(stage, datasets) +
      echoCommands(stage.script),
    ...(stage.shell !== undefined && { shell: stage.shell }),
    ...imageOf(input),
    ...(stage.imageBuild && { build: stage.imageBuild }),
    env: {
      CI: 'true',
      MODEL_CI_RUN_ID: attempt.run_id,
      MODEL_CI_STAGE: attempt.stage_name,
      MODEL_CI_COMMIT: content.commit,
      MODEL_CI_BRANCH: content.branch ?? '',
      ...parameterVariables(content.parameters),
      ...describeInstance(input),
      ...stage.env,
    },
    ...secretsOf(input),
    resources: {
      ...stage.resources,
      ...(gpuIds && { gpuIds }),
    },
    network: stage.network,
    ...(options && { options }),
    timeoutSeconds: stage.timeoutSeconds,
    maxLogBytes: input.maxLogBytes,
    workspace: createWorkspace(input),
    results: results.map(path => path || '.'),
    ...createUploads(input, results),
  };
}

function secretsOf(
  input: AttemptSpecInput,
): Pick<AttemptSpec, 'secrets' | 'signSecrets'> {
  const { attempt, secrets, stage, transfers } = input;
  return stage.secrets.length === 0
    ? {}
    : {
        secrets,
        ...(transfers && {
          signSecrets: () =>
            transfers.sign(
              { direction: 'secrets', attemptId: attempt.id },
              lifetimesOf(input),
            ),
        }),
      };
}

function imageOf({
  stage,
  image,
}: AttemptSpecInput): Pick<AttemptSpec, 'image' | 'imageIsBuilt'> {
  if (image) {
    return { image: nameOfBuiltImage(image), imageIsBuilt: true };
  }
  return stage.image === undefined ? {} : { image: stage.image };
}

/** Which of several executions of its stage it is. */
function describeInstance({
  attempt,
  content,
}: AttemptSpecInput): Record<string, string> {
  const stage = content.definition.stages[attempt.stage_name];
  const instance = instancesOf(stage).find(
    ({ key }) => key === attempt.instance,
  );
  return {
    MODEL_CI_PARAMS: JSON.stringify({
      ...content.parameters,
      ...instance?.parameters,
    }),
    ...(instance && { MODEL_CI_INSTANCE: instance.key }),
    ...(instance?.environment !== undefined && {
      MODEL_CI_ENVIRONMENT: instance.environment,
      MODEL_CI_REPEAT: String(instance.repeat ?? 1),
    }),
  };
}

/** What is collected when it has ended, each path once. */
function listResults({ stage, caches, content }: AttemptSpecInput): string[] {
  const artifacts = Object.values(stage.artifacts);
  const kept = listUnkept(caches, content).map(({ path }) => path);
  const { directions: _, ...files } = stage.reports;
  const reports = Object.values(files).flat().map(folderOf);
  return [...new Set([...artifacts, ...reports, ...kept].map(workspacePath))];
}

/** Read again, because the executor may have been replaced since the run was prepared. */
function readOptions(
  { name, stageOptions }: Executor,
  stage: StageDefinition,
): JsonObject | undefined {
  const written = stage.options?.[name];
  return written && stageOptions ? stageOptions.parse(written) : written;
}

function createUploads(
  input: AttemptSpecInput,
  results: string[],
): Pick<AttemptSpec, 'uploads'> {
  const { attempt, transfers } = input;
  return transfers
    ? {
        uploads: results.map(path => ({
          path: path || '.',
          signUrl: () =>
            transfers.sign(
              { direction: 'put', attemptId: attempt.id, path },
              lifetimesOf(input),
            ),
        })),
      }
    : {};
}

function lifetimesOf({ stage, isCluster }: AttemptSpecInput) {
  return transferLifetimes({ ...stage, isCluster });
}

function createWorkspace(input: AttemptSpecInput): WorkspacePart[] {
  const { attempt, content, store, transfers } = input;
  // Archives carry their own paths, and replace what those before them have there.
  return [
    content.sourceDigest,
    ...input.caches.flatMap(({ found }) => found?.digest ?? []),
    ...input.artifacts.map(({ digest }) => digest),
  ].map(digest => ({
    path: '.',
    digest,
    open: () => store.open(digest),
    ...(transfers && {
      signUrl: () =>
        transfers.sign(
          { direction: 'get', attemptId: attempt.id, digest },
          lifetimesOf(input),
        ),
    }),
  }));
}

/** On one line with the first command, since its line number is named by errors. */
function sayOf(caches: AttemptCache[]): string {
  return describeCaches(caches)
    .map(line => `printf '%s\\n' ${quote(line)} || :; `)
    .join('');
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
