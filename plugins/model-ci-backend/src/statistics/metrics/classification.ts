import { weightedSum, type Metric } from './metric';

/** For each example whether it is of the class in question, and whether the model says so. */
export interface Decisions {
  actual: readonly boolean[];
  predicted: readonly boolean[];
}

export type ClassScore = 'precision' | 'recall' | 'f1';

/** A model that never names a class which is there has a precision of 0 (scikit-learn's `zero_division=0`). */
export function precision(decisions: Decisions): Metric {
  const { hits, predicted, actual } = countsOf(decisions);
  return weights =>
    scoreOf('precision', {
      hits: weightedSum(weights, hits),
      predicted: weightedSum(weights, predicted),
      actual: weightedSum(weights, actual),
    });
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

interface Counts {
  hits: number;
  predicted: number;
  actual: number;
}

/** Of one class; NaN where it neither occurs nor is predicted. */
function scoreOf(
  score: ClassScore,
  { hits, predicted, actual }: Counts,
): number {
  switch (score) {
    case 'precision':
      return predicted === 0 && actual > 0 ? 0 : hits / predicted;
    case 'recall':
      return hits / actual;
    default:
      return (2 * hits) / (predicted + actual);
  }
}

/**
 * The mean over the classes of the targets, each weighing the same; a sample that lacks a class is a mean over the others.
 * Which classes count never depends on what a model says, so that two models are judged by the same metric: a label that
 * is no target is just wrong. scikit-learn's `average='macro', labels=unique(y_true), zero_division=0`.
 */
export function macroAverage(
  actual: readonly string[],
  predicted: readonly string[],
  score: ClassScore,
): Metric {
  const classes = new Map(
    [...new Set(actual)].map((name, number) => [name, number]),
  );
  const numberOf = (label: string) => classes.get(label) ?? -1;
  const is = Int32Array.from(actual, numberOf);
  const said = Int32Array.from(predicted, numberOf);
  return weights => {
    const counts = Array.from(classes, () => ({
      hits: 0,
      predicted: 0,
      actual: 0,
    }));
    for (let i = 0; i < weights.length; i += 1) {
      const weight = weights[i];
      counts[is[i]].actual += weight;
      if (said[i] >= 0) {
        counts[said[i]].predicted += weight;
      }
      if (said[i] === is[i]) {
        counts[is[i]].hits += weight;
      }
    }
    const present = counts.filter(of => of.actual > 0);
    const sum = present.reduce((total, of) => total + scoreOf(score, of), 0);
    return sum / present.length;
  };
}
