import { weightedSum, type Metric } from './metric';

/** For each example whether it is of the class in question, and whether the model says so. */
export interface Decisions {
  actual: readonly boolean[];
  predicted: readonly boolean[];
}

export function precision(decisions: Decisions): Metric {
  const { hits, predicted } = countsOf(decisions);
  return weights =>
    weightedSum(weights, hits) / weightedSum(weights, predicted);
}

export function recall(decisions: Decisions): Metric {
  const { hits, actual } = countsOf(decisions);
  return weights => weightedSum(weights, hits) / weightedSum(weights, actual);
}

export function f1(decisions: Decisions): Metric {
  const { hits, predicted, actual } = countsOf(decisions);
  const both = predicted.map((value, i) => value + actual[i]);
  return weights =>
    (2 * weightedSum(weights, hits)) / weightedSum(weights, both);
}

function countsOf({ actual, predicted }: Decisions) {
  const number = (flag: boolean) => (flag ? 1 : 0);
  return {
    actual: Float64Array.from(actual, number),
    predicted: Float64Array.from(predicted, number),
    hits: Float64Array.from(actual, (flag, i) => number(flag && predicted[i])),
  };
}

/** The mean of the classes' F1, each class weighing the same; classes that a sample lacks do not count in it. */
export function macroF1(
  actual: readonly string[],
  predicted: readonly string[],
): Metric {
  const classes = [...new Set([...actual, ...predicted])].sort();
  const metrics = classes.map(name =>
    f1({
      actual: actual.map(label => label === name),
      predicted: predicted.map(label => label === name),
    }),
  );
  return weights => {
    const values = metrics.map(metric => metric(weights));
    const present = values.filter(Number.isFinite);
    return present.reduce((sum, value) => sum + value, 0) / present.length;
  };
}
