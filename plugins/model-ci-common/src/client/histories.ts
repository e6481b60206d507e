import type { MetricLine, MetricLineHistory } from '../api/history';
import type { HttpTransport } from './HttpTransport';
import { pipelinePath } from './pipelinePath';
import type { LineHistoryQuery, RequestOptions } from './types';

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
