import { weightedSum, type Metric } from './metric';

/** e to the mean loss of a token, from the summed loss and the number of tokens of each example. */
export function perplexity(losses: Float64Array, tokens: Float64Array): Metric {
  return weights =>
    Math.exp(weightedSum(weights, losses) / weightedSum(weights, tokens));
}

/** What BLEU counts in each example; sacrebleu calls it the sufficient statistics. */
export interface BleuCounts {
  /** Of each order from 1 on: how many n-grams of the output are in the reference, and how many it has. */
  orders: Array<{ matched: Float64Array; total: Float64Array }>;
  outputLength: Float64Array;
  referenceLength: Float64Array;
}

/**
 * BLEU of the whole corpus (Papineni et al. 2002), between 0 and 1, without smoothing: 0 where an order has no match.
 * The mean of sentences' BLEU is another metric, and a mean.
 */
export function bleu(counts: BleuCounts): Metric {
  const { orders, outputLength, referenceLength } = counts;
  return weights => {
    let logs = 0;
    for (const { matched, total } of orders) {
      logs += Math.log(
        weightedSum(weights, matched) / weightedSum(weights, total),
      );
    }
    const shortness =
      1 -
      weightedSum(weights, referenceLength) /
        weightedSum(weights, outputLength);
    return Math.exp(Math.min(0, shortness) + logs / orders.length);
  };
}
