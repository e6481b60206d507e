import {
  f1,
  macroAverage,
  precision,
  recall,
  type ClassScore,
} from '../statistics/metrics/classification';
import {
  totalWeight,
  weightedSum,
  type Metric,
} from '../statistics/metrics/metric';
import { auc } from '../statistics/metrics/ranking';
import { r2, rmse } from '../statistics/metrics/regression';
import { isPositiveClass } from './classes';
import { pick } from './pick';
import { SCORE, type ExampleSet, type Values } from './types';

/** The metrics that the portal computes itself. */
export type KnownMetric =
  | 'accuracy'
  | 'mae'
  | 'mse'
  | 'rmse'
  | 'r2'
  | 'f1'
  | 'f1_macro'
  | 'precision'
  | 'recall'
  | 'auc';

/** Other names that people give them. */
const NAMES = new Map<string, KnownMetric>([
  ['accuracy', 'accuracy'],
  ['acc', 'accuracy'],
  ['accuracy_score', 'accuracy'],
  ['mae', 'mae'],
  ['mean_absolute_error', 'mae'],
  ['mse', 'mse'],
  ['mean_squared_error', 'mse'],
  ['rmse', 'rmse'],
  ['root_mean_squared_error', 'rmse'],
  ['r2', 'r2'],
  ['r2_score', 'r2'],
  ['f1', 'f1'],
  ['f1_score', 'f1'],
  ['f1_macro', 'f1_macro'],
  ['macro_f1', 'f1_macro'],
  ['precision', 'precision'],
  ['recall', 'recall'],
  ['auc', 'auc'],
  ['roc_auc', 'auc'],
  ['auroc', 'auc'],
]);

const NUMERIC: ReadonlySet<KnownMetric> = new Set(['mae', 'mse', 'rmse', 'r2']);

/** Of one class in question. */
const METRICS_OF_CLASS = { precision, recall, f1 } satisfies Record<
  ClassScore,
  unknown
>;

export function knownMetric(name: string): KnownMetric | undefined {
  return NAMES.get(name.toLowerCase().replace(/[-\s]/g, '_'));
}

/** A metric of the examples of a set. */
export type MetricOfSet =
  /** It is the mean of these scores, NaN where one was not measured. */
  | { type: 'mean'; scores: Float64Array }
  /** It is no mean of scores. */
  | { type: 'sample'; metric: Metric; examples: number }
  | { type: 'none'; reason: NoMetric };

export type NoMetric =
  /** The set has no such score, and the portal does not know how to compute it. */
  | 'unknown'
  | 'no-target'
  /** Some examples have no prediction, or no target. */
  | 'incomplete'
  /** Predictions or targets are no numbers. */
  | 'not-numbers'
  /** It needs targets of two classes of which one is known to be the positive one. */
  | 'not-binary';

export type ComputedMetric = Exclude<MetricOfSet, { type: 'none' }>;

/** A mean, too, as something that can be computed of any weights of its examples. */
export function asMetric(found: ComputedMetric): Metric {
  return found.type === 'sample'
    ? found.metric
    : weights => weightedSum(weights, found.scores) / totalWeight(weights);
}

/**
 * A metric by its name: a score that the set has, or what the portal computes from predictions and targets. `rows` are
 * the positions that count, for a slice; all of them without. What the metric is, of one class or a mean over classes, is
 * decided by the targets of the whole set: two models, and all slices, are judged by the same.
 */
export async function metricOf(
  set: ExampleSet,
  name: string,
  rows?: Int32Array,
): Promise<MetricOfSet> {
  const scores = await set.score(name);
  if (scores) {
    return { type: 'mean', scores: pickSome(scores, rows) };
  }
  const metric = knownMetric(name);
  if (metric === undefined) {
    return { type: 'none', reason: 'unknown' };
  }
  const target = await set.target();
  if (!target) {
    return { type: 'none', reason: 'no-target' };
  }
  const prediction = await set.prediction();
  if (prediction.missing + target.missing > 0) {
    return { type: 'none', reason: 'incomplete' };
  }
  const whole = { prediction, target };
  if (metric === 'auc') {
    return aucOf(whole, await set.score(SCORE), rows);
  }
  const given = {
    prediction: pickValues(prediction, rows),
    target: pickValues(target, rows),
  };
  if (NUMERIC.has(metric)) {
    return regressionMetric(metric, given);
  }
  return metric === 'accuracy'
    ? accuracyOf(given)
    : classMetric(metric, given, isPositiveClass(target));
}

interface Given {
  prediction: Values;
  target: Values;
}

function regressionMetric(metric: KnownMetric, given: Given): MetricOfSet {
  const { prediction, target } = given;
  if (prediction.type !== 'number' || target.type !== 'number') {
    return { type: 'none', reason: 'not-numbers' };
  }
  const predicted = prediction.values;
  const targets = target.values;
  const examples = targets.length;
  switch (metric) {
    case 'mae':
      return mean(targets.map((t, i) => Math.abs(predicted[i] - t)));
    case 'mse':
      return mean(targets.map((t, i) => (predicted[i] - t) ** 2));
    case 'rmse':
      return { type: 'sample', metric: rmse(targets, predicted), examples };
    default:
      return { type: 'sample', metric: r2(targets, predicted), examples };
  }
}

function accuracyOf({ prediction, target }: Given): MetricOfSet {
  const predicted = labelsOf(prediction);
  const actual = labelsOf(target);
  const right = new Float64Array(actual.length);
  for (let i = 0; i < right.length; i += 1) {
    right[i] = actual[i] === predicted[i] ? 1 : 0;
  }
  return mean(right);
}

/** Of one class in question where one is known to be the positive one; otherwise the mean over all classes. */
function classMetric(
  metric: KnownMetric,
  given: Given,
  isPositive: ((label: string) => boolean) | undefined,
): MetricOfSet {
  const predicted = labelsOf(given.prediction);
  const actual = labelsOf(given.target);
  const score = metric === 'precision' || metric === 'recall' ? metric : 'f1';
  return {
    type: 'sample',
    metric:
      isPositive && metric !== 'f1_macro'
        ? METRICS_OF_CLASS[score]({
            actual: actual.map(isPositive),
            predicted: predicted.map(isPositive),
          })
        : macroAverage(actual, predicted, score),
    examples: actual.length,
  };
}

/** Ranks by predictions that are no decisions yet, or by the scores beside those that are. */
function aucOf(
  { prediction, target }: Given,
  scores: Float64Array | undefined,
  rows: Int32Array | undefined,
): MetricOfSet {
  const isPositive = isPositiveClass(target);
  if (!isPositive) {
    return { type: 'none', reason: 'not-binary' };
  }
  const isDecision =
    prediction.type === 'text' ||
    prediction.values.every(value => value === 0 || value === 1);
  const ranks =
    prediction.type === 'number' && !(isDecision && scores)
      ? prediction.values
      : scores;
  if (!ranks) {
    return { type: 'none', reason: 'not-numbers' };
  }
  const ranked = pickSome(ranks, rows);
  const actual = labelsOf(pickValues(target, rows));
  return ranked.some(Number.isNaN)
    ? { type: 'none', reason: 'incomplete' }
    : {
        type: 'sample',
        metric: auc(actual.map(isPositive), ranked),
        examples: actual.length,
      };
}

function mean(scores: Float64Array): MetricOfSet {
  return { type: 'mean', scores };
}

function labelsOf(column: Values): readonly string[] {
  return column.type === 'text'
    ? column.values
    : Array.from(column.values, String);
}

function pickSome(values: Float64Array, rows?: Int32Array): Float64Array {
  return rows ? pick(values, rows) : values;
}

function pickValues(column: Values, rows?: Int32Array): Values {
  if (!rows) {
    return column;
  }
  return column.type === 'number'
    ? { ...column, values: pick(column.values, rows) }
    : { ...column, values: Array.from(rows, row => column.values[row]) };
}
