import type { JsonObject, JsonValue } from '@backstage/types';
import type { PipelineParity } from '../api/instances';
import type { RunSeries } from '../api/series';
import type { PipelineAliases } from '../api/aliases';
import type {
  Artifact,
  ComputeNode,
  Deployment,
  DeploymentDetail,
  Environment,
  MetricHistory,
  ModelVersion,
  Page,
  Pipeline,
  PipelineSummary,
  QueueEntry,
  Run,
  RunSummary,
  TestCase,
  VersionComparison,
} from '../api/types';
import { followLog } from './followLog';
import {
  HttpTransport,
  type ModelCiClientOptions,
  path,
} from './HttpTransport';
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
import { parsePipelineRef, pipelinePath } from './pipelinePath';
import type {
  DecisionInput,
  DeployInput,
  DeploymentQuery,
  ExampleQuery,
  FollowLogOptions,
  FollowLogQuery,
  GateExampleQuery,
  LedgerQuery,
  LineHistoryQuery,
  LogPart,
  LogQuery,
  LogRange,
  LogRangeQuery,
  LogTime,
  MetricQuery,
  ModelCiApi,
  PageQuery,
  ParityQuery,
  PipelineQuery,
  Prediction,
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
      status: query.statuses,
      branch: query.branch,
      trigger: query.trigger,
      cursor: query.cursor,
      limit: query.limit,
    });
  }

  getRun(runId: string, options?: RequestOptions) {
    return this.#http.get<Run>(path`/runs/${runId}`, options);
  }

  getSeries(runId: string, query: SeriesQuery = {}, options?: RequestOptions) {
    return this.#http.get<RunSeries>(path`/runs/${runId}/series`, options, {
      metric: query.metrics,
    });
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

  async readLog(
    runId: string,
    stage: string,
    query: LogRangeQuery = {},
    options?: RequestOptions,
  ): Promise<LogRange> {
    const response = await this.#http.fetch(logPath(runId, stage), {
      ...options,
      query: {
        attempt: query.attempt,
        offset: query.offset ?? 0,
        limit: query.limit,
      },
    });
    const header = (name: string) => Number(response.headers.get(name));
    return {
      text: await response.text(),
      offset: header('Log-Offset'),
      nextOffset: header('Log-Next-Offset'),
      size: header('Log-Size'),
      ended: response.headers.get('Log-Ended') === 'true',
      attempt: header('Log-Attempt'),
    };
  }

  followLog(
    runId: string,
    stage: string,
    query: FollowLogQuery = {},
    options: FollowLogOptions = {},
  ): AsyncIterable<LogPart> {
    return followLog(
      ({ attempt, offset, headers, signal }) =>
        this.#http.fetch(logPath(runId, stage), {
          token: options.token,
          signal,
          query: { attempt, offset },
          headers,
        }),
      query,
      options,
    );
  }

  readLogTimes(
    runId: string,
    stage: string,
    query: LogQuery = {},
    options?: RequestOptions,
  ) {
    return this.#http.get<LogTime[]>(
      path`/runs/${runId}/stages/${stage}/logs/times`,
      options,
      { attempt: query.attempt },
    );
  }

  logUrl(runId: string, stage: string, query: LogQuery = {}) {
    return this.#http.url(logPath(runId, stage), { attempt: query.attempt });
  }

  async downloadLog(
    runId: string,
    stage: string,
    query: LogQuery = {},
    options?: RequestOptions,
  ): Promise<Blob> {
    const response = await this.#http.fetch(logPath(runId, stage), {
      ...options,
      query: { attempt: query.attempt },
    });
    return await response.blob();
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

  async getMetricHistories(
    pipelineRef: string,
    query: MetricQuery = {},
    options?: RequestOptions,
  ) {
    const { items } = await this.#http.get<Page<MetricHistory>>(
      `${pipelinePath(pipelineRef)}/evaluations`,
      options,
      { ...query },
    );
    return items;
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
    versions: [number, number],
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

  moveAlias(
    pipelineRef: string,
    alias: string,
    version: number,
    options: RequestOptions & { reason?: string } = {},
  ) {
    const { reason, ...request } = options;
    return this.#http.send<ModelVersion>(
      'PUT',
      `${pipelinePath(pipelineRef)}${path`/aliases/${alias}`}`,
      { version, reason },
      request,
    );
  }

  async removeAlias(
    pipelineRef: string,
    alias: string,
    options: RequestOptions & { reason?: string } = {},
  ) {
    const { reason, ...request } = options;
    const route = `${pipelinePath(pipelineRef)}${path`/aliases/${alias}`}`;
    const query = { reason };
    await this.#http.fetch(route, { ...request, method: 'DELETE', query });
  }

  listAliases(pipelineRef: string, options?: RequestOptions) {
    return this.#http.get<PipelineAliases>(
      `${pipelinePath(pipelineRef)}/aliases`,
      options,
    );
  }

  deploy(pipelineRef: string, input: DeployInput, options?: RequestOptions) {
    return this.#http.send<Deployment>(
      'POST',
      `${pipelinePath(pipelineRef)}/deployments`,
      input,
      options,
    );
  }

  listDeployments(query: DeploymentQuery = {}, options?: RequestOptions) {
    return this.#http.get<Page<Deployment>>('/deployments', options, {
      pipeline: query.pipelineRef,
      environment: query.environment,
      cursor: query.cursor,
      limit: query.limit,
    });
  }

  getDeployment(deploymentId: string, options?: RequestOptions) {
    return this.#http.get<DeploymentDetail>(
      path`/deployments/${deploymentId}`,
      options,
    );
  }

  rollback(
    deploymentId: string,
    input: { comment?: string } = {},
    options?: RequestOptions,
  ) {
    return this.#http.send<Deployment>(
      'POST',
      path`/deployments/${deploymentId}/rollback`,
      input,
      options,
    );
  }

  stopDeployment(deploymentId: string, options?: RequestOptions) {
    return this.#http.send<Deployment>(
      'POST',
      path`/deployments/${deploymentId}/stop`,
      {},
      options,
    );
  }

  async listEnvironments(options?: RequestOptions) {
    const { items } = await this.#http.get<Page<Environment>>(
      '/environments',
      options,
    );
    return items;
  }

  async predict(
    target: { pipelineRef: string; environment: string },
    body: JsonValue,
    options: RequestOptions = {},
  ): Promise<Prediction> {
    const { namespace, name } = parsePipelineRef(target.pipelineRef);
    const response = await this.#http.fetchAny(
      path`/endpoints/${target.environment}/${namespace}/${name}/predict`,
      { ...options, method: 'POST', body },
    );
    const text = await response.text();
    return { status: response.status, body: parseJson(text) };
  }

  async listNodes(options?: RequestOptions) {
    const { items } = await this.#http.get<Page<ComputeNode>>(
      '/nodes',
      options,
    );
    return items;
  }

  async listQueue(options?: RequestOptions) {
    const { items } = await this.#http.get<Page<QueueEntry>>('/queue', options);
    return items;
  }

  getDefinitionSchema(options?: RequestOptions) {
    return this.#http.get<JsonObject>('/schema/model-pipeline.json', options);
  }
}

function logPath(runId: string, stage: string): string {
  return path`/runs/${runId}/stages/${stage}/logs`;
}

/** Models may answer with plain text. */
function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
