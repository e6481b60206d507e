/**
 * A metric of a sample in which example i counts `weights[i]` times; NaN where it does not exist. Pure, and fast: a
 * bootstrap calls it thousands of times.
 */
export type Metric = (weights: Float64Array) => number;

/** The difference of two metrics of the same sample, so that both are resampled together. */
export function difference(candidate: Metric, baseline: Metric): Metric {
  return weights => candidate(weights) - baseline(weights);
}

export function negated(metric: Metric): Metric {
  return weights => -metric(weights);
}

/** Σ wᵢ xᵢ. Plain summation: what a bootstrap adds in noise is far above its rounding. */
export function weightedSum(
  weights: Float64Array,
  values: Float64Array,
): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i += 1) {
    sum += weights[i] * values[i];
  }
  return sum;
}

export function totalWeight(weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i += 1) {
    sum += weights[i];
  }
  return sum;
}
