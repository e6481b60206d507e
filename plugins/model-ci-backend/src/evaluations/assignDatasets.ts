import type { RunDataset } from '@model-ci/backstage-plugin-model-ci-common';
import type {
  CollectedExampleSet,
  MeasuredMetric,
} from '../database/operations/results/types';

/**
 * Ties metrics to the data sets of the run. A metric that names no data set, in a stage that reads
 * exactly one, was measured on that one.
 */
export function assignDatasets(
  metrics: MeasuredMetric[],
  stageDatasets: string[],
  runDatasets: RunDataset[],
): MeasuredMetric[] {
  const digests = new Map(
    runDatasets.map(({ name, digest }) => [name, digest]),
  );
  const only = stageDatasets.length === 1 ? stageDatasets[0] : undefined;
  const named = new Set(
    metrics.filter(m => m.dataset === only).map(m => m.metric),
  );
  return metrics.map(metric => {
    // A report that gives the same metric with the name and without means two different things.
    const dataset =
      metric.dataset ?? (named.has(metric.metric) ? undefined : only);
    return {
      ...metric,
      dataset,
      datasetDigest: dataset === undefined ? undefined : digests.get(dataset),
    };
  });
}

/** Examples that name no data set, in a stage that reads exactly one, are of that one. */
export function assignExampleSets(
  sets: CollectedExampleSet[],
  stageDatasets: string[],
  runDatasets: RunDataset[],
): CollectedExampleSet[] {
  const only = stageDatasets.length === 1 ? stageDatasets[0] : undefined;
  return sets.map(set => {
    const dataset = set.dataset ?? only;
    return {
      ...set,
      dataset,
      datasetDigest: runDatasets.find(({ name }) => name === dataset)?.digest,
    };
  });
}
