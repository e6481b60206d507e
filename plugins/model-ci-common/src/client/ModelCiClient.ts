import type { JsonObject, JsonValue } from '@backstage/types';
import type { ImportInput, PipelineImport } from '../import/types';
import type { PipelineParity } from '../api/instances';
import type { Delivery } from '../api/deliveries';
import type { PipelineSchedules } from '../api/schedules';
import type { RunGpus } from '../api/gpus';
import type { SecretInput, SecretPlace } from '../api/secrets';
import type { RunSeries } from '../api/series';
import type { CreateMachineTokenInput } from '../api/tokens';
import type {
  Artifact,
  ComputeNode,
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
import { listAliases, moveAlias, removeAlias } from './aliases';
import { listArtifactFiles, readArtifact, readArtifactFile } from './artifacts';
import {
  deploy,
  getDeployment,
  listDeployments,
  listEnvironments,
  chat,
  listModels,
  predict,
  rollback,
  stopDeployment,
} from './deployments';
import {
  HttpTransport,
  type ModelCiClientOptions,
  path,
} from './HttpTransport';
import type { ChatRequest } from './chat';
import {
  compareExamples,
  getGateExamples,
  getDifferences,
  getLedger,
  getLineHistory,
  getTrends,
  listMetricLines,
} from './evaluations';
import { LineageClient } from './LineageClient';
import {
  downloadLog,
  followLogOf,
  logUrl,
  readLog,
  readLogTimes,
} from './logs';
import { pipelinePath } from './pipelinePath';
import type { MergeCheckQuery } from '../api/mergeChecks';
import { clearCaches, listCaches } from './caches';
import { listMergeChecks } from './mergeChecks';
import { analyzeRepository } from './repositories';
import { createToken, listTokens, revokeToken } from './tokens';
import { deleteSecret, listSecrets, releaseSecret, setSecret } from './secrets';
import type {
  DecisionInput,
  DrainNodeInput,
  DeployInput,
  DeploymentQuery,
  EndpointTarget,
  ExampleQuery,
  FollowLogOptions,
  FollowLogQuery,
  GateExampleQuery,
  LedgerQuery,
  LineHistoryQuery,
  LogQuery,
  LogRangeQuery,
  MetricQuery,
  ModelCiApi,
  PageQuery,
  ParityQuery,
  PipelineQuery,
  RequestOptions,
  RunQuery,
  SeriesQuery,
  StartRunInput,
  TestQuery,
} from './types';

/** {@link ModelCiApi} over HTTP, for frontends and backends alike. */
export class ModelCiClient implements ModelCiApi {
  readonly lineage: LineageClient;
  readonly #http: HttpTransport;

  constructor(options: ModelCiClientOptions) {
    this.#http = new HttpTransport(options);
    this.lineage = new LineageClient(this.#http);
  }

  listPipelines(query: PipelineQuery = {}, options?: RequestOptions) {
    return this.#http.get<Page<PipelineSummary>>('/pipelines', options, {
      cursor: query.cursor,
      limit: query.limit,
      status: query.statuses,
      owner: query.owners,
      q: query.q,
      sort: query.sort,
    });
  }

  getPipeline(pipelineRef: string, options?: RequestOptions) {
    return this.#http.get<Pipeline>(pipelinePath(pipelineRef), options);
  }

  startRun(
    pipelineRef: string,
    input: StartRunInput = {},
    options?: RequestOptions,
  ) {
    return this.#http.send<RunSummary>(
      'POST',
      `${pipelinePath(pipelineRef)}/runs`,
      input,
      options,
    );
  }

  listRuns(query: RunQuery = {}, options?: RequestOptions) {
    return this.#http.get<Page<RunSummary>>('/runs', options, {
      pipeline: query.pipelineRef,
      owner: query.owners,
      q: query.q,
      status: query.statuses,
      branch: query.branch,
      trigger: query.trigger,
      cursor: query.cursor,
      limit: query.limit,
    });
  }

  listDeliveries(
    pipelineRef: string,
    query: PageQuery = {},
    options?: RequestOptions,
  ) {
    return this.#http.get<Page<Delivery>>(
      `${pipelinePath(pipelineRef)}/deliveries`,
      options,
      { cursor: query.cursor, limit: query.limit },
    );
  }

  getSchedules(pipelineRef: string, options?: RequestOptions) {
    return this.#http.get<PipelineSchedules>(
      `${pipelinePath(pipelineRef)}/schedules`,
      options,
    );
  }

  pauseSchedules(pipelineRef: string, options?: RequestOptions) {
    return this.#http.send<PipelineSchedules>(
      'POST',
      `${pipelinePath(pipelineRef)}/schedules/pause`,
      {},
      options,
    );
  }

  resumeSchedules(pipelineRef: string, options?: RequestOptions) {
    return this.#http.send<PipelineSchedules>(
      'POST',
      `${pipelinePath(pipelineRef)}/schedules/resume`,
      {},
      options,
    );
  }

  getRunParameters(
    pipelineRef: string,
    query: { ref?: string; commit?: string } = {},
    options?: RequestOptions,
  ) {
    return this.#http.get<RunParameters>(
      `${pipelinePath(pipelineRef)}/parameters`,
      options,
      query,
    );
  }

  startDelivery(
    pipelineRef: string,
    deliveryId: string,
    options?: RequestOptions,
  ) {
    return this.#http.send<Delivery>(
      'POST',
      `${pipelinePath(pipelineRef)}${path`/deliveries/${deliveryId}/start`}`,
      {},
      options,
    );
  }

  getRun(runId: string, options?: RequestOptions) {
    return this.#http.get<Run>(path`/runs/${runId}`, options);
  }

  getSeries(runId: string, query: SeriesQuery = {}, options?: RequestOptions) {
    return this.#http.get<RunSeries>(path`/runs/${runId}/series`, options, {
      metric: query.metrics,
    });
  }

  getGpus(runId: string, options?: RequestOptions) {
    return this.#http.get<RunGpus>(path`/runs/${runId}/gpus`, options);
  }

  cancelRun(runId: string, options?: RequestOptions) {
    return this.#http.send<Run>(
      'POST',
      path`/runs/${runId}/cancel`,
      {},
      options,
    );
  }

  decideStage(
    runId: string,
    stage: string,
    input: DecisionInput,
    options?: RequestOptions,
  ) {
    return this.#http.send<Run>(
      'POST',
      path`/runs/${runId}/stages/${stage}/decision`,
      input,
      options,
    );
  }

  giveUpAttempt(
    attemptId: string,
    input: { reason: string },
    options?: RequestOptions,
  ) {
    return this.#http.send<Run>(
      'POST',
      path`/attempts/${attemptId}/give-up`,
      input,
      options,
    );
  }

  declareAttemptLost(
    attemptId: string,
    input: { reason: string },
    options?: RequestOptions,
  ) {
    return this.#http.send<Run>(
      'POST',
      path`/attempts/${attemptId}/declare-lost`,
      input,
      options,
    );
  }

  retryRun(
    runId: string,
    input: { from?: string } = {},
    options?: RequestOptions,
  ) {
    return this.#http.send<Run>(
      'POST',
      path`/runs/${runId}/retry`,
      input,
      options,
    );
  }

  readLog(
    runId: string,
    stage: string,
    query: LogRangeQuery = {},
    options?: RequestOptions,
  ) {
    return readLog(this.#http, { runId, stage }, query, options);
  }

  followLog(
    runId: string,
    stage: string,
    query: FollowLogQuery = {},
    options: FollowLogOptions = {},
  ) {
    return followLogOf(this.#http, { runId, stage }, query, options);
  }

  readLogTimes(
    runId: string,
    stage: string,
    query: LogQuery = {},
    options?: RequestOptions,
  ) {
    return readLogTimes(this.#http, { runId, stage }, query, options);
  }

  logUrl(runId: string, stage: string, query: LogQuery = {}) {
    return logUrl(this.#http, { runId, stage }, query);
  }

  downloadLog(
    runId: string,
    stage: string,
    query: LogQuery = {},
    options?: RequestOptions,
  ) {
    return downloadLog(this.#http, { runId, stage }, query, options);
  }

  listTests(
    runId: string,
    stage: string,
    query: TestQuery = {},
    options?: RequestOptions,
  ) {
    return this.#http.get<Page<TestCase>>(
      path`/runs/${runId}/stages/${stage}/tests`,
      options,
      {
        attempt: query.attempt,
        status: query.statuses,
        cursor: query.cursor,
        limit: query.limit,
      },
    );
  }

  async listArtifacts(runId: string, options?: RequestOptions) {
    const { items } = await this.#http.get<Page<Artifact>>(
      path`/runs/${runId}/artifacts`,
      options,
    );
    return items;
  }

  artifactUrl(digest: string) {
    return this.#http.url(path`/artifacts/${digest}`);
  }

  async downloadArtifact(
    digest: string,
    options?: RequestOptions,
  ): Promise<Blob> {
    const response = await this.#http.fetch(
      path`/artifacts/${digest}`,
      options,
    );
    return await response.blob();
  }

  readArtifact(
    digest: string,
    most: { bytes: number },
    options?: RequestOptions,
  ) {
    return readArtifact(this.#http, digest, most, options);
  }

  listArtifactFiles(digest: string, options?: RequestOptions) {
    return listArtifactFiles(this.#http, digest, options);
  }

  readArtifactFile(
    digest: string,
    filePath: string,
    most?: { bytes: number },
    options?: RequestOptions,
  ) {
    return readArtifactFile(this.#http, digest, filePath, most, options);
  }

  getMetricHistories(
    pipelineRef: string,
    query: MetricQuery = {},
    options?: RequestOptions,
  ) {
    return this.#http.get<MetricHistories>(
      `${pipelinePath(pipelineRef)}/evaluations`,
      options,
      { ...query },
    );
  }

  listMetricLines(pipelineRef: string, options?: RequestOptions) {
    return listMetricLines(this.#http, pipelineRef, options);
  }

  getLineHistory(
    pipelineRef: string,
    query: LineHistoryQuery,
    options?: RequestOptions,
  ) {
    return getLineHistory(this.#http, pipelineRef, query, options);
  }

  listVersions(
    pipelineRef: string,
    query: PageQuery = {},
    options?: RequestOptions,
  ) {
    return this.#http.get<Page<ModelVersion>>(
      `${pipelinePath(pipelineRef)}/versions`,
      options,
      { cursor: query.cursor, limit: query.limit },
    );
  }

  getVersion(pipelineRef: string, version: number, options?: RequestOptions) {
    return this.#http.get<ModelVersion>(
      `${pipelinePath(pipelineRef)}/versions/${version}`,
      options,
    );
  }

  findParity(
    pipelineRef: string,
    query: ParityQuery = {},
    options?: RequestOptions,
  ) {
    return this.#http.get<PipelineParity>(
      `${pipelinePath(pipelineRef)}/parity`,
      options,
      { stage: query.stage },
    );
  }

  compareVersions(
    pipelineRef: string,
    versions: number[],
    options?: RequestOptions,
  ) {
    return this.#http.get<VersionComparison>(
      `${pipelinePath(pipelineRef)}/compare`,
      options,
      { versions: versions.join(',') },
    );
  }

  getGateExamples(
    runId: string,
    stage: string,
    query: GateExampleQuery,
    options?: RequestOptions,
  ) {
    return getGateExamples(this.#http, { runId, stage }, query, options);
  }

  compareExamples(
    pipelineRef: string,
    versions: [number, number],
    query: ExampleQuery = {},
    options?: RequestOptions,
  ) {
    const request = { versions, query };
    return compareExamples(this.#http, pipelineRef, request, options);
  }

  getDifferences(
    pipelineRef: string,
    versions: number[],
    options?: RequestOptions,
  ) {
    return getDifferences(this.#http, pipelineRef, versions, options);
  }

  getTrends(pipelineRef: string, options?: RequestOptions) {
    return getTrends(this.#http, pipelineRef, options);
  }

  getLedger(pipelineRef: string, query: LedgerQuery, options?: RequestOptions) {
    return getLedger(this.#http, pipelineRef, query, options);
  }

  listSecrets(pipelineRef: string, options?: RequestOptions) {
    return listSecrets(this.#http, pipelineRef, options);
  }

  setSecret(
    pipelineRef: string,
    name: string,
    input: SecretInput,
    options?: RequestOptions,
  ) {
    return setSecret(this.#http, { pipelineRef, name }, input, options);
  }

  deleteSecret(
    pipelineRef: string,
    name: string,
    place: SecretPlace,
    options?: RequestOptions,
  ) {
    return deleteSecret(this.#http, { pipelineRef, name }, place, options);
  }

  releaseSecret(
    pipelineRef: string,
    name: string,
    isAllowed: boolean,
    options?: RequestOptions,
  ) {
    const of = { pipelineRef, name };
    return releaseSecret(this.#http, of, isAllowed, options);
  }

  moveAlias(
    pipelineRef: string,
    alias: string,
    version: number,
    options: RequestOptions & { reason?: string } = {},
  ) {
    return moveAlias(this.#http, { pipelineRef, alias }, version, options);
  }

  removeAlias(
    pipelineRef: string,
    alias: string,
    options: RequestOptions & { reason?: string } = {},
  ) {
    return removeAlias(this.#http, { pipelineRef, alias }, options);
  }

  listAliases(pipelineRef: string, options?: RequestOptions) {
    return listAliases(this.#http, pipelineRef, options);
  }

  listTokens(pipelineRef: string, options?: RequestOptions) {
    return listTokens(this.#http, pipelineRef, options);
  }

  createToken(
    pipelineRef: string,
    input: CreateMachineTokenInput,
    options?: RequestOptions,
  ) {
    return createToken(this.#http, pipelineRef, input, options);
  }

  revokeToken(pipelineRef: string, tokenId: string, options?: RequestOptions) {
    return revokeToken(this.#http, { pipelineRef, tokenId }, options);
  }

  listCaches(pipelineRef: string, options?: RequestOptions) {
    return listCaches(this.#http, pipelineRef, options);
  }

  clearCaches(pipelineRef: string, options?: RequestOptions) {
    return clearCaches(this.#http, pipelineRef, options);
  }

  listMergeChecks(query: MergeCheckQuery, options?: RequestOptions) {
    return listMergeChecks(this.#http, query, options);
  }

  deploy(pipelineRef: string, input: DeployInput, options?: RequestOptions) {
    return deploy(this.#http, pipelineRef, input, options);
  }

  listDeployments(query: DeploymentQuery = {}, options?: RequestOptions) {
    return listDeployments(this.#http, query, options);
  }

  getDeployment(deploymentId: string, options?: RequestOptions) {
    return getDeployment(this.#http, deploymentId, options);
  }

  rollback(
    deploymentId: string,
    input: { comment?: string } = {},
    options?: RequestOptions,
  ) {
    return rollback(this.#http, deploymentId, input, options);
  }

  stopDeployment(deploymentId: string, options?: RequestOptions) {
    return stopDeployment(this.#http, deploymentId, options);
  }

  listEnvironments(options?: RequestOptions) {
    return listEnvironments(this.#http, options);
  }

  predict(
    target: EndpointTarget,
    body: JsonValue,
    options: RequestOptions = {},
  ) {
    return predict(this.#http, target, body, options);
  }

  listModels(target: EndpointTarget, options?: RequestOptions) {
    return listModels(this.#http, target, options);
  }

  chat(target: EndpointTarget, request: ChatRequest, options?: RequestOptions) {
    return chat(this.#http, target, request, options);
  }

  async listNodes(options?: RequestOptions) {
    const { items } = await this.#http.get<Page<ComputeNode>>(
      '/nodes',
      options,
    );
    return items;
  }

  cordonNode(
    node: string,
    input: { reason: string },
    options?: RequestOptions,
  ) {
    return this.#http.send<ComputeNode>(
      'POST',
      path`/nodes/${node}/cordon`,
      input,
      options,
    );
  }

  drainNode(node: string, input: DrainNodeInput, options?: RequestOptions) {
    return this.#http.send<ComputeNode>(
      'POST',
      path`/nodes/${node}/drain`,
      input,
      options,
    );
  }

  uncordonNode(
    node: string,
    input: { reason: string },
    options?: RequestOptions,
  ) {
    return this.#http.send<ComputeNode>(
      'POST',
      path`/nodes/${node}/uncordon`,
      input,
      options,
    );
  }

  listQueue({ cursor, limit }: PageQuery = {}, options?: RequestOptions) {
    const query = { cursor, limit };
    return this.#http.get<Page<QueueEntry>>('/queue', options, query);
  }

  importPipeline(input: ImportInput, options?: RequestOptions) {
    return this.#http.send<PipelineImport>('POST', '/import', input, options);
  }

  analyzeRepository(url: string, options?: RequestOptions) {
    return analyzeRepository(this.#http, url, options);
  }

  getDefinitionSchema(options?: RequestOptions) {
    return this.#http.get<JsonObject>('/schema/model-pipeline.json', options);
  }
}
