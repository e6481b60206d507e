import type {
  ExampleComparison,
  ExampleLedger,
  GateExamples,
  VersionDifference,
  MetricTrends,
} from '../api/examples';
import type { MetricLine, MetricLineHistory } from '../api/history';
import { path, type HttpTransport } from './HttpTransport';
import { pipelinePath } from './pipelinePath';
import type {
  ExampleQuery,
  GateExampleQuery,
  LedgerQuery,
  LineHistoryQuery,
  RequestOptions,
} from './types';

export function listMetricLines(
  http: HttpTransport,
  pipelineRef: string,
  options?: RequestOptions,
) {
  return http.get<{ items: MetricLine[]; more: boolean }>(
    `${pipelinePath(pipelineRef)}/history/lines`,
    options,
  );
}

export function getLineHistory(
  http: HttpTransport,
  pipelineRef: string,
  query: LineHistoryQuery,
  options?: RequestOptions,
) {
  return http.get<MetricLineHistory>(
    `${pipelinePath(pipelineRef)}/history`,
    options,
    { ...query },
  );
}

export function compareExamples(
  http: HttpTransport,
  pipelineRef: string,
  request: { versions: [number, number]; query: ExampleQuery },
  options?: RequestOptions,
) {
  const { common, ...query } = request.query;
  return http.get<ExampleComparison>(
    `${pipelinePath(pipelineRef)}/compare/examples`,
    options,
    {
      versions: request.versions.join(','),
      ...query,
      ...(common && { common: 'true' }),
    },
  );
}

export function getGateExamples(
  http: HttpTransport,
  of: { runId: string; stage: string },
  query: GateExampleQuery,
  options?: RequestOptions,
) {
  return http.get<GateExamples>(
    path`/runs/${of.runId}/stages/${of.stage}/gates/examples`,
    options,
    { ...query },
  );
}

export function getLedger(
  http: HttpTransport,
  pipelineRef: string,
  query: LedgerQuery,
  options?: RequestOptions,
) {
  return http.get<ExampleLedger>(
    `${pipelinePath(pipelineRef)}/compare/ledger`,
    options,
    { ...query },
  );
}

export async function getDifferences(
  http: HttpTransport,
  pipelineRef: string,
  versions: number[],
  options?: RequestOptions,
) {
  const { items } = await http.get<{ items: VersionDifference[] }>(
    `${pipelinePath(pipelineRef)}/compare/differences`,
    options,
    { versions: versions.join(',') },
  );
  return items;
}

export function getTrends(
  http: HttpTransport,
  pipelineRef: string,
  options?: RequestOptions,
) {
  return http.get<MetricTrends>(
    `${pipelinePath(pipelineRef)}/compare/trends`,
    options,
  );
}
