import { createHash } from 'node:crypto';
import type { RunDataset } from '@model-ci/backstage-plugin-model-ci-common';
import type {
  CollectedExampleSet,
  MeasuredMetric,
} from '../database/operations/results/types';

/** What a stage reads. */
interface Read {
  /** Its only data set. */
  only?: string;
  digestOf(dataset: string | undefined): string | undefined;
}

/**
 * Ties metrics to the data sets of the run. A metric that names no data set, in a stage that reads
 * exactly one, was measured on that one; in a stage that reads several, on all of them together.
 */
export function assignDatasets(
  metrics: MeasuredMetric[],
  stageDatasets: string[],
  runDatasets: RunDataset[],
): MeasuredMetric[] {
  const { only, digestOf } = readBy(stageDatasets, runDatasets);
  const named = new Set(
    metrics.flatMap(metric =>
      metric.dataset !== undefined && metric.dataset === only
        ? keyOf(metric)
        : [],
    ),
  );
  const apart = new Set(
    metrics
      .filter(
        metric => metric.dataset === undefined && named.has(keyOf(metric)),
      )
      .map(({ metric }) => metric),
  );
  return metrics.map(metric => {
    // A report that gives the same metric with the name and without means two different things.
    const dataset =
      metric.dataset ?? (apart.has(metric.metric) ? undefined : only);
    return { ...metric, dataset, datasetDigest: digestOf(dataset) };
  });
}

/** A metric and a slice of it are two things: one may be computed, with a name, where the other was reported without. */
function keyOf({ metric, slice }: MeasuredMetric): string {
  return JSON.stringify([metric, slice ?? '']);
}

/** Examples that name no data set are of the one that the stage reads, or of all of them together. */
export function assignExampleSets(
  sets: CollectedExampleSet[],
  stageDatasets: string[],
  runDatasets: RunDataset[],
): CollectedExampleSet[] {
  const { only, digestOf } = readBy(stageDatasets, runDatasets);
  return sets.map(set => {
    const dataset = set.dataset ?? only;
    return { ...set, dataset, datasetDigest: digestOf(dataset) };
  });
}

function readBy(stageDatasets: string[], runDatasets: RunDataset[]): Read {
  const digests = new Map(
    runDatasets.map(({ name, digest }) => [name, digest]),
  );
  const all = allDigest(stageDatasets, digests);
  return {
    only: stageDatasets.length === 1 ? stageDatasets[0] : undefined,
    digestOf: dataset => (dataset === undefined ? all : digests.get(dataset)),
  };
}

/** Changes if any of the data sets does. */
function allDigest(
  names: string[],
  digests: ReadonlyMap<string, string>,
): string | undefined {
  if (names.length < 2) {
    return digests.get(names[0]);
  }
  const parts = [...new Set(names)]
    .sort()
    .map(name => [name, digests.get(name) ?? '']);
  const hash = createHash('sha256').update(JSON.stringify(parts));
  return `sha256:${hash.digest('hex')}`;
}
