import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { MeasuredMetric } from '../database/operations/results/types';
import type { ReadReport } from './collectReport';
import {
  describeMetric,
  metricKey,
  type MetricsReport,
} from './reports/MetricList';

/** Of all files. Not configurable: each is a row of its own, in the transaction that ends the attempt. */
const MAX_STAGE_METRICS = 5000;
/** What is wrong with more is not said. */
const SHOWN_METRICS = 20;

/** One metric on one data set has one value in a stage; of several the first is kept. */
export function mergeMetrics(files: ReadReport<MetricsReport>[]): {
  values: MeasuredMetric[];
  problems: Reason[];
} {
  const seen = new Map<string, { path: string; value: MeasuredMetric }>();
  const problems: Reason[] = [];
  for (const { path, report } of files) {
    for (const value of report.metrics) {
      const key = metricKey(value);
      const other = seen.get(key);
      if (!other) {
        seen.set(key, { path, value });
      } else if (problems.length < SHOWN_METRICS) {
        problems.push(
          reason('report.repeated', {
            metric: describeMetric(value),
            first: other.path,
            second: path,
          }),
        );
      }
    }
  }
  if (seen.size > MAX_STAGE_METRICS) {
    problems.push(reason('report.tooManyMetrics', { max: MAX_STAGE_METRICS }));
    return { values: [], problems };
  }
  return { values: [...seen.values()].map(({ value }) => value), problems };
}

/** What the definition states about a metric counts more than what its name says. */
export function withDirections(
  metrics: MeasuredMetric[],
  directions: Record<string, 'higher' | 'lower'>,
): MeasuredMetric[] {
  const stated = new Map(Object.entries(directions));
  return metrics.map(metric => {
    const direction = stated.get(metric.metric);
    return direction === undefined
      ? metric
      : { ...metric, higherIsBetter: direction === 'higher' };
  });
}
