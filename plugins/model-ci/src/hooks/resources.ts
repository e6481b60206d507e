import { useApi } from '@backstage/core-plugin-api';
import {
  type DeploymentQuery,
  type ExampleQuery,
  type GateExampleQuery,
  type LedgerQuery,
  type LineHistoryQuery,
  type MetricQuery,
  type ModelCiSignal,
  type PageQuery,
  type PipelineQuery,
  type RunQuery,
  type TestQuery,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useQueryData } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../api';
import { useResource } from './useResource';

/** Milliseconds after which the times of a log that grows are asked for again. */
const TIMES_INTERVAL = 2_000;
/** Milliseconds after which curves that grow are asked for again: the backend reads them no more often. */
const SERIES_INTERVAL = 5_000;
/** Milliseconds between looks at GPUs that work: what is recorded of them is stored every half minute. */
const GPUS_INTERVAL = 15_000;

const always = () => true;
const concerns =
  (pipelineRef: string, ...types: Array<ModelCiSignal['type']>) =>
  (signal: ModelCiSignal) =>
    types.includes(signal.type) &&
    'pipelineRef' in signal &&
    signal.pipelineRef === pipelineRef;

/** As {@link concerns}, of every pipeline where none is named. */
const concernsAny = (
  pipelineRef: string | undefined,
  ...types: Array<ModelCiSignal['type']>
) =>
  pipelineRef === undefined
    ? (signal: ModelCiSignal) => types.includes(signal.type)
    : concerns(pipelineRef, ...types);

/** One page of all pipelines, live. */
export function usePipelines(query: PipelineQuery) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'pipelines',
    scope: '',
    key: JSON.stringify(query),
    load: signal => api.listPipelines(query, { signal }),
    live: signal => signal.type !== 'nodes',
  });
}

/** One pipeline: its latest run and metrics, what serves where, and its definition; live. */
export function usePipeline(pipelineRef: string) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'pipeline',
    scope: pipelineRef,
    load: signal => api.getPipeline(pipelineRef, { signal }),
    live: concerns(pipelineRef, 'run', 'deployment'),
  });
}

/** The secrets of a pipeline, without their values. */
export function useSecrets(pipelineRef: string) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'secrets',
    scope: pipelineRef,
    load: signal => api.listSecrets(pipelineRef, { signal }),
    live: () => false,
  });
}

/** What the stages of a pipeline keep between runs. */
export function useCaches(pipelineRef: string) {
  const api = useApi(modelCiApiRef);
  return useQueryData({
    api,
    name: 'caches',
    scope: pipelineRef,
    load: signal => api.listCaches(pipelineRef, { signal }),
  });
}

/** One page of the runs of a pipeline or of several, live. */
export function useRuns(query: RunQuery) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'runs',
    scope: query.pipelineRef ?? '',
    key: JSON.stringify(query),
    load: signal => api.listRuns(query, { signal }),
    live: concernsAny(query.pipelineRef, 'run'),
  });
}

/** One page of what the code host of a pipeline announced, live. */
export function useDeliveries(pipelineRef: string, query: PageQuery) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'deliveries',
    scope: pipelineRef,
    key: JSON.stringify(query),
    load: signal => api.listDeliveries(pipelineRef, query, { signal }),
    live: concerns(pipelineRef, 'run'),
  });
}

/** The times at which runs of a pipeline are started, live. */
export function useSchedules(pipelineRef: string) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'schedules',
    scope: pipelineRef,
    key: '',
    load: signal => api.getSchedules(pipelineRef, { signal }),
    live: concerns(pipelineRef, 'run'),
  });
}

/** What a run of a ref or commit can be given. */
export function useRunParameters(
  pipelineRef: string,
  at: { ref?: string; commit?: string },
) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'run-parameters',
    scope: pipelineRef,
    key: JSON.stringify(at),
    load: signal => api.getRunParameters(pipelineRef, at, { signal }),
  });
}

/** One run, live. */
export function useRun(runId: string) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'run',
    scope: runId,
    load: signal => api.getRun(runId, { signal }),
    live: signal => signal.type === 'run' && signal.runId === runId,
  });
}

/** When the bytes of a log came, refreshed while it grows. */
export function useLogTimePairs(options: {
  runId: string;
  stage: string;
  attempt: number;
  shown: boolean;
  ended: boolean;
}) {
  const { runId, stage, attempt, shown, ended } = options;
  const api = useApi(modelCiApiRef);
  return useQueryData({
    api,
    name: 'logTimes',
    scope: JSON.stringify([runId, stage, attempt]),
    key: String(ended),
    load: signal => api.readLogTimes(runId, stage, { attempt }, { signal }),
    interval: ended ? undefined : TIMES_INTERVAL,
    enabled: shown,
  });
}

/** The training curves of some runs, with the points of the metrics that are named; fetched again while they may grow. */
export function useSeriesOfRuns(options: {
  runIds: string[];
  metrics: string[];
  isRunning: boolean;
  enabled?: boolean;
}) {
  const { runIds, metrics, isRunning, enabled } = options;
  const api = useApi(modelCiApiRef);
  return useQueryData({
    api,
    name: 'series',
    scope: JSON.stringify([runIds[0], metrics.length > 0]),
    key: JSON.stringify([runIds, metrics, isRunning]),
    load: async signal => {
      const series = await Promise.all(
        runIds.map(runId => api.getSeries(runId, { metrics }, { signal })),
      );
      return {
        curves: series.flatMap(({ curves }, at) =>
          curves.map(curve => ({ ...curve, runId: runIds[at] })),
        ),
        more: series.some(({ more }) => more),
      };
    },
    interval: isRunning ? SERIES_INTERVAL : undefined,
    refetchInSight: isRunning,
    enabled,
  });
}

/** What the GPUs of a run did, or do. */
export function useRunGpus(options: { runId: string; isRunning: boolean }) {
  const { runId, isRunning } = options;
  const api = useApi(modelCiApiRef);
  return useQueryData({
    api,
    name: 'gpus',
    scope: runId,
    key: String(isRunning),
    load: signal => api.getGpus(runId, { signal }),
    interval: isRunning ? GPUS_INTERVAL : undefined,
    refetchInSight: isRunning,
  });
}

/** One page of a stage's test cases. A changed `version` of the stage fetches them again. */
export function useTests(
  runId: string,
  stage: string,
  query: TestQuery,
  version: string,
) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'tests',
    scope: JSON.stringify([runId, stage, query.attempt]),
    key: JSON.stringify([query, version]),
    load: signal => api.listTests(runId, stage, query, { signal }),
  });
}

/** The metrics of a pipeline over its runs, live. */
export function useMetricHistories(
  pipelineRef: string,
  query: MetricQuery = {},
) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'metricHistories',
    scope: pipelineRef,
    key: JSON.stringify(query),
    load: signal => api.getMetricHistories(pipelineRef, query, { signal }),
    live: concerns(pipelineRef, 'run'),
  });
}

/** Every line that a pipeline has values of, live. */
export function useMetricLines(pipelineRef: string) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'metricLines',
    scope: pipelineRef,
    load: signal => api.listMetricLines(pipelineRef, { signal }),
    live: concerns(pipelineRef, 'run'),
  });
}

/** One metric over versions or runs, live. */
export function useLineHistory(pipelineRef: string, query: LineHistoryQuery) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'lineHistory',
    scope: pipelineRef,
    key: JSON.stringify(query),
    load: signal => api.getLineHistory(pipelineRef, query, { signal }),
    live: concerns(pipelineRef, 'run', 'deployment'),
  });
}

/** One page of a pipeline's versions, live. */
export function useVersions(pipelineRef: string, query: PageQuery = {}) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'versions',
    scope: pipelineRef,
    key: JSON.stringify(query),
    load: signal => api.listVersions(pipelineRef, query, { signal }),
    live: concerns(pipelineRef, 'run', 'deployment'),
  });
}

/** Where a version comes from and where it went, live. */
export function useLineage(pipelineRef: string, version: number) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'lineage',
    scope: JSON.stringify([pipelineRef, version]),
    load: signal => api.lineage.get(pipelineRef, version, { signal }),
    live: concerns(pipelineRef, 'run', 'deployment'),
  });
}

/** Where the aliases of a pipeline point, and how they got there; live. */
export function useAliases(pipelineRef: string) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'aliases',
    scope: pipelineRef,
    load: signal => api.listAliases(pipelineRef, { signal }),
    live: concerns(pipelineRef, 'run'),
  });
}

/** The tokens of a pipeline. */
export function useTokens(pipelineRef: string) {
  const api = useApi(modelCiApiRef);
  return useQueryData({
    api,
    name: 'tokens',
    scope: pipelineRef,
    load: signal => api.listTokens(pipelineRef, { signal }),
  });
}

/** The aliases of each version of a pipeline, once they are known. */
export function useAliasesByVersion(
  pipelineRef: string,
): (version: number | undefined) => string[] {
  const { data } = useAliases(pipelineRef);
  return version =>
    (data?.aliases ?? []).flatMap(other =>
      other.version === version ? other.alias : [],
    );
}

/** Versions side by side. */
export function useVersionComparison(pipelineRef: string, versions: number[]) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'versionComparison',
    scope: pipelineRef,
    key: versions.join(','),
    load: signal => api.compareVersions(pipelineRef, versions, { signal }),
    enabled: versions.length > 0,
  });
}

/** How each metric of the other versions stands to that of the first one. */
export function useDifferences(pipelineRef: string, versions: number[]) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'differences',
    scope: JSON.stringify([pipelineRef, versions]),
    load: signal => api.getDifferences(pipelineRef, versions, { signal }),
  });
}

/** Two versions example by example. */
export function useExamples(
  pipelineRef: string,
  versions: [number, number],
  query: ExampleQuery,
) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'examples',
    scope: JSON.stringify([pipelineRef, versions]),
    key: JSON.stringify(query),
    load: signal =>
      api.compareExamples(pipelineRef, versions, query, { signal }),
  });
}

/** What the baseline of a gate and a run answered. */
export function useGateExamples(
  runId: string,
  stage: string,
  { cursor, ...gate }: GateExampleQuery,
) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'gate-examples',
    scope: JSON.stringify([runId, stage, gate]),
    key: JSON.stringify([cursor]),
    load: signal =>
      api.getGateExamples(runId, stage, { ...gate, cursor }, { signal }),
  });
}

/** One example over all versions. */
export function useLedger(pipelineRef: string, query: LedgerQuery) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'ledger',
    scope: JSON.stringify([pipelineRef, query]),
    load: signal => api.getLedger(pipelineRef, query, { signal }),
  });
}

/** The main metrics of a pipeline over its newest versions, live. */
export function useTrends(pipelineRef: string) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'trends',
    scope: pipelineRef,
    load: signal => api.getTrends(pipelineRef, { signal }),
    live: concerns(pipelineRef, 'run', 'deployment'),
  });
}

/** One page of deployments, live. */
export function useDeployments(query: DeploymentQuery) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'deployments',
    scope: query.pipelineRef ?? '',
    key: JSON.stringify(query),
    load: signal => api.listDeployments(query, { signal }),
    live: concernsAny(query.pipelineRef, 'deployment'),
  });
}

/** One deployment with its history and log, live. */
export function useDeployment(deploymentId: string) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'deployment',
    scope: deploymentId,
    load: signal => api.getDeployment(deploymentId, { signal }),
    live: signal =>
      signal.type === 'deployment' && signal.deploymentId === deploymentId,
  });
}

/** Where versions can be deployed. */
export function useEnvironments() {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'environments',
    scope: '',
    load: signal => api.listEnvironments({ signal }),
  });
}

/** Nodes with their capacity, live. */
export function useNodes() {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'nodes',
    scope: '',
    load: signal => api.listNodes({ signal }),
    live: always,
  });
}

/** One page of what waits for a node, live. */
export function useQueue(query: PageQuery) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'queue',
    scope: '',
    key: JSON.stringify(query),
    load: signal => api.listQueue(query, { signal }),
    live: signal => signal.type !== 'deployment',
  });
}

/** How the environments of a stage compare, now and before; live. */
export function usePipelineParity(pipelineRef: string, stage: string) {
  const api = useApi(modelCiApiRef);
  return useResource({
    api,
    name: 'parity',
    scope: pipelineRef,
    key: stage,
    load: signal => api.findParity(pipelineRef, { stage }, { signal }),
    live: concerns(pipelineRef, 'run'),
  });
}
