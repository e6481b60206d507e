import type { Metric } from './metric';

/** Indices from the smallest value to the largest; equal values in the order of the examples. */
export function ascending(values: Float64Array): Int32Array {
  return Int32Array.from(values, (_, i) => i).sort(
    (a, b) => values[a] - values[b] || a - b,
  );
}

/**
 * The area under the ROC curve: the probability that an example of the class has a higher score than one that is not of
 * it, ties counted half. Sorted once, then one pass for each resample.
 */
export function auc(actual: readonly boolean[], scores: Float64Array): Metric {
  const order = ascending(scores);
  // In the order of the scores, so that a pass reads memory from one end to the other
  const isPositive = Uint8Array.from(order, i => (actual[i] ? 1 : 0));
  const endsTie = Uint8Array.from(order, (i, k) =>
    k + 1 < order.length && scores[order[k + 1]] === scores[i] ? 0 : 1,
  );
  return weights => {
    let negatives = 0;
    let positives = 0;
    let won = 0;
    let tiedNegatives = 0;
    let tiedPositives = 0;
    for (let k = 0; k < order.length; k += 1) {
      const weight = weights[order[k]];
      if (isPositive[k] === 1) {
        tiedPositives += weight;
      } else {
        tiedNegatives += weight;
      }
      if (endsTie[k] === 1) {
        won += tiedPositives * (negatives + tiedNegatives / 2);
        negatives += tiedNegatives;
        positives += tiedPositives;
        tiedNegatives = 0;
        tiedPositives = 0;
      }
    }
    return won / (positives * negatives);
  };
}

/**
 * The value below which the share `p` of the sample lies, interpolated as numpy.quantile does it for the sample in which
 * each example stands as often as it weighs.
 */
export function quantile(values: Float64Array, p: number): Metric {
  const order = ascending(values);
  return weights => {
    let total = 0;
    for (let i = 0; i < weights.length; i += 1) {
      total += weights[i];
    }
    const at = p * (total - 1);
    const low = Math.floor(at);
    let passed = 0;
    let below: number | undefined;
    for (let k = 0; k < order.length; k += 1) {
      passed += weights[order[k]];
      if (below === undefined && passed > low) {
        below = values[order[k]];
      }
      if (below !== undefined && (passed > low + 1 || at === low)) {
        return below + (at - low) * (values[order[k]] - below);
      }
    }
    return below ?? NaN;
  };
}
