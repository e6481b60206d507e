import type { RunStageInstance } from '@model-ci/backstage-plugin-model-ci-common';

/** One axis of the plot: its values from bottom to top, for numbers with their distances. */
export interface Axis {
  name: string;
  ticks: Array<{ value: number | string; at: number }>;
  /** Where a value lies, from 0 at the bottom to 1 at the top. */
  place(value: unknown): number | undefined;
}

/** The axis of a parameter, or of a metric. */
export function axisOf(name: string, values: unknown[]): Axis {
  const numbers = values.filter(
    (value): value is number => typeof value === 'number',
  );
  return numbers.length > 0 && numbers.length === values.length
    ? numberAxis(name, numbers)
    : categoryAxis(name, values);
}

/** As many as can be read beside an axis. */
const MAX_TICKS = 8;

function numberAxis(name: string, values: number[]): Axis {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const [low, high] = [distinct[0], distinct[distinct.length - 1]];
  // Rates of learning are chosen by their magnitude.
  const isLogarithmic = low > 0 && high / low >= 100;
  const scale = isLogarithmic ? Math.log : (value: number) => value;
  const width = scale(high) - scale(low);
  const at = (value: number) =>
    width === 0 ? 0.5 : (scale(value) - scale(low)) / width;
  const ticks = distinct.length <= MAX_TICKS ? distinct : [low, high];
  return {
    name,
    ticks: ticks.map(value => ({ value, at: at(value) })),
    place: value => (typeof value === 'number' ? at(value) : undefined),
  };
}

function categoryAxis(name: string, values: unknown[]): Axis {
  const labels = [...new Set(values.map(String))];
  const at = (index: number) =>
    labels.length === 1 ? 0.5 : index / (labels.length - 1);
  return {
    name,
    ticks: labels.map((value, index) => ({ value, at: at(index) })),
    place: value => {
      const index = labels.indexOf(String(value));
      return index < 0 ? undefined : at(index);
    },
  };
}

/** Names a metric on its data set. */
export function metricName(of: { metric: string; dataset?: string }): string {
  return of.dataset === undefined ? of.metric : `${of.metric} (${of.dataset})`;
}

/** The metrics that any instance reported, in the order in which they come. */
export function metricNames(instances: RunStageInstance[]): string[] {
  return [
    ...new Set(instances.flatMap(({ metrics }) => metrics.map(metricName))),
  ];
}

export function metricValue(
  { metrics }: RunStageInstance,
  name: string,
): number | undefined {
  return metrics.find(metric => metricName(metric) === name)?.value;
}

/** Names of the parameters of some instances. */
export function parameterNames(instances: RunStageInstance[]): string[] {
  return [
    ...new Set(instances.flatMap(({ parameters }) => Object.keys(parameters))),
  ];
}
