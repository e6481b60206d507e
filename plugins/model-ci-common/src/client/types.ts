import type { PipelineCache } from '../api/caches';
import type { MergeCheck, MergeCheckQuery } from '../api/mergeChecks';
import type { Delivery } from '../api/deliveries';
import type { PipelineSchedules } from '../api/schedules';
import type { ImportInput, PipelineImport } from '../import/types';
import type { JsonObject, JsonValue } from '@backstage/types';
import type { ChatEvent, ChatRequest } from './chat';
import type { PipelineAliases } from '../api/aliases';
import type {
  CreatedMachineToken,
  CreateMachineTokenInput,
  MachineToken,
} from '../api/tokens';
import type {
  ArchiveFileList,
  Artifact,
  ComputeNode,
  Deployment,
  DeploymentDetail,
  Environment,
  MetricHistories,
  ModelVersion,
  Page,
  Pipeline,
  PipelineSummary,
  QueueEntry,
  Run,
  RunParameters,
  RunSummary,
  TestCase,
  VersionComparison,
} from '../api/types';
import type {
  ExampleComparison,
  ExampleFlip,
  ExampleLedger,
  ExampleSetKey,
  ExampleSort,
  GateExamples,
  VersionDifference,
  MetricTrends,
} from '../api/examples';
import type { MetricLine, MetricLineHistory } from '../api/history';
import type { PipelineParity } from '../api/instances';
import type { RunGpus } from '../api/gpus';
import type { RepositoryAnalysis } from '../api/repositories';
import type { PipelineSecrets, SecretInput, SecretPlace } from '../api/secrets';
import type { RunSeries } from '../api/series';
import type { ParameterValues } from '../definition/parameters';
import type { Status } from '../status';
import type { LineageApi } from './LineageApi';
import type { RequestOptions } from './RequestOptions';

export type { LineageApi } from './LineageApi';
export type { RequestOptions } from './RequestOptions';

/** What a person decides about a stage that waits. */
export interface DecisionInput {
  decision: 'continue' | 'stop';
  reason: string;
  /** The `evidence` of the open approval that the person has looked at; refused with 409 if it is not the current one. */
  evidence?: string;
}

/** How a node is to be emptied. */
export interface DrainNodeInput {
  reason: string;
  /** After which what still runs is killed and run again elsewhere; it may end without this. */
  timeoutSeconds?: number;
}

/** Where in a list to go on, and how much of it. */
export interface PageQuery {
  /** `nextCursor` of the page before. */
  cursor?: string;
  /** Items per page, at most 100. */
  limit?: number;
}

/** Which pipelines a list holds, or the runs or deployments of which. */
export interface PipelineFilter {
  /** Entity refs of owners. */
  owners?: string[];
  /** Part of the name or title. */
  q?: string;
}

export interface PipelineQuery extends PageQuery, PipelineFilter {
  /** By title without it; `lastRun`: the latest first. */
  sort?: 'title' | 'lastRun';
  /** Only pipelines whose latest run has one of these statuses. */
  statuses?: Status[];
}

export interface RunQuery extends PageQuery, PipelineFilter {
  pipelineRef?: string;
  statuses?: Status[];
  branch?: string;
  trigger?: RunSummary['trigger'];
}

export interface ParityQuery {
  /** Name of the stage. */
  stage?: string;
}

export interface SeriesQuery {
  /** Up to 24 metrics whose points are wanted. */
  metrics?: string[];
}

export interface StartRunInput {
  /** Branch or tag; the default branch without it. */
  ref?: string;
  /** Exactly this commit. */
  commit?: string;
  /** Values of the pipeline's parameters; the others have their defaults. */
  parameters?: ParameterValues;
  /** What caused the run; `manual` without it. */
  trigger?: 'manual' | 'template';
  /** A second request with the same key answers the run of the first. */
  idempotencyKey?: string;
}

export interface LogQuery {
  /** Number of the attempt; the latest without it. */
  attempt?: number;
}

export interface LogRangeQuery extends LogQuery {
  /** Byte to start at; negative: this many bytes from the end. */
  offset?: number;
  /** Bytes to answer at most. */
  limit?: number;
}

/** A piece of a log. It begins and ends between characters, so it may be a few bytes shorter than asked for. */
export interface LogRange {
  text: string;
  /** Bytes before `text`. */
  offset: number;
  /** Pass it as `offset` for what follows. */
  nextOffset: number;
  /** Bytes of log stored so far. */
  size: number;
  /** Whether nothing will be added any more. */
  ended: boolean;
  /** The attempt that was read. */
  attempt: number;
}

/** From this byte on, what is in a log came at this time (ISO) or later, up to that of the next pair. */
export type LogTime = [offset: number, time: string];

/** What followed a log receives. */
export interface LogPart {
  text: string;
  /** Bytes before `text`. */
  offset: number;
  /** Bytes up to its end. */
  nextOffset: number;
}

export interface FollowLogQuery extends LogQuery {
  /** Byte to start at; negative: this many bytes from the end. */
  offset?: number;
}

export interface FollowLogOptions extends RequestOptions {
  /** Milliseconds to wait before the n-th reconnection in a row, counted from 1. */
  reconnectDelay?: (failures: number) => number;
  /** Called for every broken connection, before it is made again. */
  onReconnect?: (error: Error) => void;
}

export interface TestQuery extends PageQuery {
  attempt?: number;
  statuses?: Array<TestCase['status']>;
}

export interface MetricQuery {
  metric?: string;
  dataset?: string;
  environment?: string;
  /** Key of one execution of a stage; what stages measured as a whole if absent. */
  instance?: string;
  /** ISO times. */
  from?: string;
  to?: string;
  /** Points per metric, the newest ones. */
  limit?: number;
}

/** One line, and which of its values. */
export interface LineHistoryQuery extends MetricLine {
  /** Only values measured on this data; `none`: on data of which no digest is known. */
  datasetDigest?: string;
  /** Runs that registered a version, or all. */
  scope?: 'versions' | 'runs';
  /** ISO times. */
  from?: string;
  to?: string;
  /** Points to answer at most; where there are more, those that shape the line. */
  limit?: number;
}

/** Which examples of two versions, and how they are ordered. */
export interface ExampleQuery extends Partial<ExampleSetKey>, PageQuery {
  metric?: string;
  /** By regression without it. */
  sort?: ExampleSort;
  /** Only those of a slice. */
  slice?: string;
  sliceValue?: string;
  flips?: ExampleFlip;
  /** Part of the id, a prediction or the target. */
  text?: string;
  /** Compares the examples that both have, although the data is not the same. */
  common?: boolean;
}

/** The examples of a gate with a baseline. */
export interface GateExampleQuery extends PageQuery {
  metric: string;
  dataset?: string;
  /** The slice that was judged, such as `age=65+`. */
  slice?: string;
  /** By default those that changed. */
  flips?: ExampleFlip;
  /** Refused with 409 if the newest approval of the stage rests on other evidence. */
  evidence?: string;
}

export interface LedgerQuery extends Partial<ExampleSetKey> {
  id: string;
  metric?: string;
}

export interface DeployInput {
  version: number;
  environment: string;
  comment?: string;
}

export interface DeploymentQuery extends PageQuery, PipelineFilter {
  pipelineRef?: string;
  environment?: string;
}

/** What serves a pipeline in an environment. */
export interface EndpointTarget {
  pipelineRef: string;
  environment: string;
}

/** Answer of a deployed model, as it gave it. */
export interface Prediction {
  status: number;
  /** The version that answered; absent where the portal did. */
  version?: number;
  body: JsonValue;
}

/**
 * The HTTP interface of Model CI. Pipelines are named by their entity refs. A refusal rejects with
 * the `ResponseError` of `@backstage/errors`.
 */
export interface ModelCiApi {
  readonly lineage: LineageApi;

  listPipelines(
    query?: PipelineQuery,
    options?: RequestOptions,
  ): Promise<Page<PipelineSummary>>;
  getPipeline(pipelineRef: string, options?: RequestOptions): Promise<Pipeline>;

  startRun(
    pipelineRef: string,
    input?: StartRunInput,
    options?: RequestOptions,
  ): Promise<RunSummary>;
  /** Newest first. */
  listRuns(
    query?: RunQuery,
    options?: RequestOptions,
  ): Promise<Page<RunSummary>>;
  /** What the code host announced, newest first. */
  listDeliveries(
    pipelineRef: string,
    query?: PageQuery,
    options?: RequestOptions,
  ): Promise<Page<Delivery>>;
  /** The times at which runs are started. */
  getSchedules(
    pipelineRef: string,
    options?: RequestOptions,
  ): Promise<PipelineSchedules>;
  /** Lets them start nothing. */
  pauseSchedules(
    pipelineRef: string,
    options?: RequestOptions,
  ): Promise<PipelineSchedules>;
  /** Lets them start runs again; what was paused is not made up for. */
  resumeSchedules(
    pipelineRef: string,
    options?: RequestOptions,
  ): Promise<PipelineSchedules>;
  /** What a run of a ref or commit can be given; of the default branch without either. */
  getRunParameters(
    pipelineRef: string,
    query?: { ref?: string; commit?: string },
    options?: RequestOptions,
  ): Promise<RunParameters>;
  /** Starts the run of a change from a fork. */
  startDelivery(
    pipelineRef: string,
    deliveryId: string,
    options?: RequestOptions,
  ): Promise<Delivery>;
  getRun(runId: string, options?: RequestOptions): Promise<Run>;
  /** The training curves of a run, as far as they were written; with their points only for the metrics that are named. */
  getSeries(
    runId: string,
    query?: SeriesQuery,
    options?: RequestOptions,
  ): Promise<RunSeries>;
  /** What the GPUs of a run did. */
  getGpus(runId: string, options?: RequestOptions): Promise<RunGpus>;

  cancelRun(runId: string, options?: RequestOptions): Promise<Run>;
  /** Runs the failed stages again, or one stage and everything after it. */
  retryRun(
    runId: string,
    input?: { from?: string },
    options?: RequestOptions,
  ): Promise<Run>;

  /** Lets a run go on that waits for a person at a stage, or stops it there. */
  decideStage(
    runId: string,
    stage: string,
    input: DecisionInput,
    options?: RequestOptions,
  ): Promise<Run>;
  /** Has an attempt end without its results, which cannot be stored. */
  giveUpAttempt(
    attemptId: string,
    input: { reason: string },
    options?: RequestOptions,
  ): Promise<Run>;
  /** Ends an attempt that nothing else can end; for administrators. */
  declareAttemptLost(
    attemptId: string,
    input: { reason: string },
    options?: RequestOptions,
  ): Promise<Run>;

  readLog(
    runId: string,
    stage: string,
    query?: LogRangeQuery,
    options?: RequestOptions,
  ): Promise<LogRange>;
  /**
   * The log from `offset` on, as it grows. Reconnects where it was when the connection breaks; ends after the
   * last byte of an ended attempt, and quietly once the signal aborts.
   */
  followLog(
    runId: string,
    stage: string,
    query?: FollowLogQuery,
    options?: FollowLogOptions,
  ): AsyncIterable<LogPart>;
  /** When the bytes of a log came, in order; thinned where there are very many. */
  readLogTimes(
    runId: string,
    stage: string,
    query?: LogQuery,
    options?: RequestOptions,
  ): Promise<LogTime[]>;
  /** The whole log as plain text. The address needs the same authorization as every call. */
  logUrl(runId: string, stage: string, query?: LogQuery): Promise<string>;
  downloadLog(
    runId: string,
    stage: string,
    query?: LogQuery,
    options?: RequestOptions,
  ): Promise<Blob>;

  listTests(
    runId: string,
    stage: string,
    query?: TestQuery,
    options?: RequestOptions,
  ): Promise<Page<TestCase>>;
  listArtifacts(runId: string, options?: RequestOptions): Promise<Artifact[]>;
  artifactUrl(digest: string): Promise<string>;
  /** The tar archive of an artifact. */
  downloadArtifact(digest: string, options?: RequestOptions): Promise<Blob>;
  /** The first bytes of an artifact or report. */
  readArtifact(
    digest: string,
    most: { bytes: number },
    options?: RequestOptions,
  ): Promise<Blob>;
  listArtifactFiles(
    digest: string,
    options?: RequestOptions,
  ): Promise<ArchiveFileList>;
  /** A file in the archive of an artifact, or the first bytes of it. */
  readArtifactFile(
    digest: string,
    path: string,
    most?: { bytes: number },
    options?: RequestOptions,
  ): Promise<Blob>;

  getMetricHistories(
    pipelineRef: string,
    query?: MetricQuery,
    options?: RequestOptions,
  ): Promise<MetricHistories>;
  /** Every line that a pipeline has values of; `more` says that there are others. */
  listMetricLines(
    pipelineRef: string,
    options?: RequestOptions,
  ): Promise<{ items: MetricLine[]; more: boolean }>;
  /** One metric over versions or runs, with what its gates demanded and what was deployed meanwhile. */
  getLineHistory(
    pipelineRef: string,
    query: LineHistoryQuery,
    options?: RequestOptions,
  ): Promise<MetricLineHistory>;
  /** Newest first. */
  listVersions(
    pipelineRef: string,
    query?: PageQuery,
    options?: RequestOptions,
  ): Promise<Page<ModelVersion>>;
  getVersion(
    pipelineRef: string,
    version: number,
    options?: RequestOptions,
  ): Promise<ModelVersion>;
  /** How the environments of a stage compare; of the stage compared last, without one. */
  findParity(
    pipelineRef: string,
    query?: ParityQuery,
    options?: RequestOptions,
  ): Promise<PipelineParity>;
  compareVersions(
    pipelineRef: string,
    versions: number[],
    options?: RequestOptions,
  ): Promise<VersionComparison>;
  /** Two versions example by example; the first one is the baseline. */
  compareExamples(
    pipelineRef: string,
    versions: [number, number],
    query?: ExampleQuery,
    options?: RequestOptions,
  ): Promise<ExampleComparison>;
  /** What the baseline of a gate and the run answered, example by example; `stage` is the key of an execution. */
  getGateExamples(
    runId: string,
    stage: string,
    query: GateExampleQuery,
    options?: RequestOptions,
  ): Promise<GateExamples>;
  /** How each metric of the other versions stands to that of the first one. */
  getDifferences(
    pipelineRef: string,
    versions: number[],
    options?: RequestOptions,
  ): Promise<VersionDifference[]>;
  /** The main metrics over the newest versions, and how the newest one stands to what serves. */
  getTrends(
    pipelineRef: string,
    options?: RequestOptions,
  ): Promise<MetricTrends>;
  /** One example over all versions. */
  getLedger(
    pipelineRef: string,
    query: LedgerQuery,
    options?: RequestOptions,
  ): Promise<ExampleLedger>;
  /** Without their values, which are never answered. */
  listSecrets(
    pipelineRef: string,
    options?: RequestOptions,
  ): Promise<PipelineSecrets>;
  /** Sets a secret, or replaces the one that is there. */
  setSecret(
    pipelineRef: string,
    name: string,
    input: SecretInput,
    options?: RequestOptions,
  ): Promise<void>;
  deleteSecret(
    pipelineRef: string,
    name: string,
    place: SecretPlace,
    options?: RequestOptions,
  ): Promise<void>;
  /** Releases a secret of the pipeline's owner for this pipeline, or takes that back. */
  releaseSecret(
    pipelineRef: string,
    name: string,
    isAllowed: boolean,
    options?: RequestOptions,
  ): Promise<void>;
  moveAlias(
    pipelineRef: string,
    alias: string,
    version: number,
    options?: RequestOptions & { reason?: string },
  ): Promise<ModelVersion>;
  /** Its history stays. */
  removeAlias(
    pipelineRef: string,
    alias: string,
    options?: RequestOptions & { reason?: string },
  ): Promise<void>;
  /** Where aliases point, and how they got there. */
  listAliases(
    pipelineRef: string,
    options?: RequestOptions,
  ): Promise<PipelineAliases>;

  /** What the stages of a pipeline have kept between runs, newest first. */
  listCaches(
    pipelineRef: string,
    options?: RequestOptions,
  ): Promise<PipelineCache[]>;
  /** Has all stages begin without caches. */
  clearCaches(pipelineRef: string, options?: RequestOptions): Promise<void>;

  /** What the pipelines of a repository say about merging a pull request. */
  listMergeChecks(
    query: MergeCheckQuery,
    options?: RequestOptions,
  ): Promise<MergeCheck[]>;

  /** The tokens by which machines report to a pipeline. */
  listTokens(
    pipelineRef: string,
    options?: RequestOptions,
  ): Promise<MachineToken[]>;
  /** The only answer that holds the token itself. */
  createToken(
    pipelineRef: string,
    input: CreateMachineTokenInput,
    options?: RequestOptions,
  ): Promise<CreatedMachineToken>;
  revokeToken(
    pipelineRef: string,
    tokenId: string,
    options?: RequestOptions,
  ): Promise<void>;

  deploy(
    pipelineRef: string,
    input: DeployInput,
    options?: RequestOptions,
  ): Promise<Deployment>;
  /** Newest first. */
  listDeployments(
    query?: DeploymentQuery,
    options?: RequestOptions,
  ): Promise<Page<Deployment>>;
  getDeployment(
    deploymentId: string,
    options?: RequestOptions,
  ): Promise<DeploymentDetail>;
  /** Makes a new deployment of the version of an earlier one, in the same environment. */
  rollback(
    deploymentId: string,
    input?: { comment?: string },
    options?: RequestOptions,
  ): Promise<Deployment>;
  stopDeployment(
    deploymentId: string,
    options?: RequestOptions,
  ): Promise<Deployment>;
  listEnvironments(options?: RequestOptions): Promise<Environment[]>;
  /** Sends a JSON document to `POST /predict` of what serves; an error of the model is answered, not thrown. */
  predict(
    target: EndpointTarget,
    body: JsonValue,
    options?: RequestOptions,
  ): Promise<Prediction>;
  /** The models that a service with the OpenAI API has; a failure rejects with a `ChatError`. */
  listModels(
    target: EndpointTarget,
    options?: RequestOptions,
  ): Promise<string[]>;
  /** The answer of a service with the OpenAI API as it comes; whatever keeps it from being whole ends in a `ChatError`. */
  chat(
    target: EndpointTarget,
    request: ChatRequest,
    options?: RequestOptions,
  ): AsyncIterable<ChatEvent>;

  listNodes(options?: RequestOptions): Promise<ComputeNode[]>;
  /** Has nothing new placed on a node; for administrators. */
  cordonNode(
    node: string,
    input: { reason: string },
    options?: RequestOptions,
  ): Promise<ComputeNode>;
  /** As `cordonNode`, and has the node empty. */
  drainNode(
    node: string,
    input: DrainNodeInput,
    options?: RequestOptions,
  ): Promise<ComputeNode>;
  /** Lets new work be placed on a node again. */
  uncordonNode(
    node: string,
    input: { reason: string },
    options?: RequestOptions,
  ): Promise<ComputeNode>;
  /** What waits for a node, the next one first. */
  listQueue(
    query?: PageQuery,
    options?: RequestOptions,
  ): Promise<Page<QueueEntry>>;
  /** Makes a definition from the file of another system; nothing is stored. */
  importPipeline(
    input: ImportInput,
    options?: RequestOptions,
  ): Promise<PipelineImport>;
  /** What a repository has that can be registered in the catalog; nothing is stored. */
  analyzeRepository(
    url: string,
    options?: RequestOptions,
  ): Promise<RepositoryAnalysis>;
  /** The JSON Schema of `model-pipeline.yaml`. */
  getDefinitionSchema(options?: RequestOptions): Promise<JsonObject>;
}
