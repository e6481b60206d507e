import type { StageDefinition } from '@model-ci/backstage-plugin-model-ci-common';
import type { MeasuredMetric } from '../database/operations/results/types';
import type { MeasuredSlices, SliceRequest } from '../examples/measureSlices';
import { knownDirection } from './metricDirection';
import { withDirections } from './mergeMetrics';

export type MeasureSlices = (request: SliceRequest) => Promise<MeasuredSlices>;

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
  set: Pick<SliceRequest, 'digest' | 'count'>;
  hasSlices: boolean;
  measure: MeasureSlices;
  definition: StageDefinition;
  reported: MeasuredMetric[];
}): Promise<ComputedSlices> {
  const { set, hasSlices, measure, definition, reported } = options;
  if (!hasSlices) {
    return { values: [] };
  }
  const wanted = [...definition.gates, ...reported].map(({ metric }) => metric);
  const { digest, count } = set;
  const { metrics, slices, leftOut } = await measure({ digest, count, wanted });
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
