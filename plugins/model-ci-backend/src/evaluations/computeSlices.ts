import type { StageDefinition } from '@model-ci/backstage-plugin-model-ci-common';
import type { MeasuredMetric } from '../database/operations/results/types';
import { measureSlices } from '../examples/measureSlices';
import type { ExampleSet } from '../examples/types';
import { knownDirection } from './metricDirection';
import { withDirections } from './mergeMetrics';

export interface ComputedSlices {
  values: MeasuredMetric[];
  /** How many slices were measured; absent where the predictions have none. */
  slices?: number;
  slicesLeftOut?: number;
}

/**
 * Measures the slices of predictions by the metrics of the stage's gates and reports, on the stage's data set. What the
 * stage reports of a slice itself is not computed.
 */
export async function computeSlices(options: {
  set: ExampleSet;
  definition: StageDefinition;
  reported: MeasuredMetric[];
}): Promise<ComputedSlices> {
  const { set, definition, reported } = options;
  if (set.slices.length === 0) {
    return { values: [] };
  }
  const names = [...definition.gates, ...reported].map(({ metric }) => metric);
  const { metrics, slices, leftOut } = await measureSlices(set, names);
  const dataset =
    definition.datasets.length === 1 ? definition.datasets[0] : undefined;
  const own = new Set(reported.map(keyOf));
  const values = metrics
    .filter(measured => !own.has(keyOf(measured)))
    .map(
      (measured): MeasuredMetric => ({
        ...measured,
        dataset,
        higherIsBetter:
          reported.find(({ metric }) => metric === measured.metric)
            ?.higherIsBetter ?? knownDirection(measured.metric),
      }),
    );
  return {
    values: withDirections(values, definition.reports.directions ?? {}),
    slices,
    ...(leftOut > 0 && { slicesLeftOut: leftOut }),
  };
}

function keyOf({ metric, slice }: { metric: string; slice?: string }): string {
  return JSON.stringify([metric, slice ?? '']);
}
