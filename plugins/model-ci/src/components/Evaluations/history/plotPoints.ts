import type {
  HistoryPoint,
  MetricLineHistory,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { PlotMark, PlotPoint } from '../chart/plot';

/** Along which axis values lie: one after the other, or by when they were measured. */
export type Axis = 'order' | 'time';

/** What a chart shows of each point; `describe` words all of it. */
export function toPlotPoints(
  points: HistoryPoint[],
  axis: Axis,
  words: {
    label(point: HistoryPoint): string;
    describe(point: HistoryPoint): string;
  },
): PlotPoint[] {
  return points.map((point, index) => ({
    at: axis === 'time' ? Date.parse(point.at) : index,
    value: point.value,
    interval: point.interval,
    min: point.gate?.min,
    max: point.gate?.max,
    baseline: point.gate?.baseline?.value,
    verdict: point.gate?.verdict,
    label: words.label(point),
    title: words.describe(point),
    segment: point.datasetDigest ?? '',
  }));
}

/** When other data was measured on, and when versions began to serve. */
export function toMarks(
  history: MetricLineHistory,
  axis: Axis,
  words: {
    dataChanged(point: HistoryPoint): string;
    deployed(deployment: MetricLineHistory['deployments'][number]): string;
  },
): PlotMark[] {
  const { points } = history;
  const place = (index: number) =>
    axis === 'time' ? Date.parse(points[index].at) : index;
  const data = points.flatMap((point, index): PlotMark[] =>
    index > 0 && point.datasetDigest !== points[index - 1].datasetDigest
      ? [{ at: place(index), label: words.dataChanged(point), kind: 'data' }]
      : [],
  );
  const deployments = history.deployments.flatMap((deployment): PlotMark[] => {
    const at = deployedAt(points, deployment, axis);
    return at === undefined
      ? []
      : [{ at, label: words.deployed(deployment), kind: 'deployment' }];
  });
  return [...data, ...deployments].sort((a, b) => a.at - b.at);
}

/**
 * Over time, when it began to serve, if that lies between the points; in order, at the version's last value. Undefined
 * where the chart does not reach.
 */
function deployedAt(
  points: HistoryPoint[],
  deployment: MetricLineHistory['deployments'][number],
  axis: Axis,
): number | undefined {
  if (axis === 'order') {
    const index = points.findLastIndex(
      ({ version }) => version === deployment.version,
    );
    return index < 0 ? undefined : index;
  }
  const at = Date.parse(deployment.at);
  const last = points.at(-1);
  return last && at >= Date.parse(points[0].at) && at <= Date.parse(last.at)
    ? at
    : undefined;
}
