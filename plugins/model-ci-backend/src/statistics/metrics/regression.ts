import { totalWeight, weightedSum, type Metric } from './metric';

export function rmse(targets: Float64Array, predicted: Float64Array): Metric {
  const squares = squaredErrors(targets, predicted);
  return weights =>
    Math.sqrt(weightedSum(weights, squares) / totalWeight(weights));
}

/** The share of the targets' variance that the predictions explain. */
export function r2(targets: Float64Array, predicted: Float64Array): Metric {
  const squares = squaredErrors(targets, predicted);
  // Sums of squares around a value near the mean lose no digits
  const origin = targets.reduce((sum, t) => sum + t / targets.length, 0);
  const centred = targets.map(target => target - origin);
  const spread = centred.map(value => value * value);
  return weights => {
    const total = totalWeight(weights);
    const sum = weightedSum(weights, centred);
    const variation = weightedSum(weights, spread) - (sum * sum) / total;
    return 1 - weightedSum(weights, squares) / variation;
  };
}

function squaredErrors(targets: Float64Array, predicted: Float64Array) {
  return targets.map((target, i) => (predicted[i] - target) ** 2);
}
