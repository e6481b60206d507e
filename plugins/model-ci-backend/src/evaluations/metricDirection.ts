import { hasWord, wordsOf } from '../statistics/metrics/names';

/** Names of metrics of which less is better, and of which more is. They match whole words of a name. */
const LOWER_IS_BETTER = [
  'loss',
  'error',
  'rmse',
  'mse',
  'mae',
  'mape',
  'smape',
  'rmsle',
  'nll',
  'cross_entropy',
  'brier',
  'perplexity',
  'ppl',
  'bits_per_byte',
  'bpb',
  'wer',
  'cer',
  'eer',
  'fid',
  'latency',
  'hamming_loss',
  'ece',
  'fpr',
  'fnr',
];
const HIGHER_IS_BETTER = [
  'acc',
  'accuracy',
  'f1',
  'auc',
  'auroc',
  'auprc',
  'precision',
  'recall',
  'sensitivity',
  'specificity',
  'r2',
  'bleu',
  'sacrebleu',
  'rouge',
  'rouge1',
  'rouge2',
  'rougel',
  'rougelsum',
  'chrf',
  'meteor',
  'exact_match',
  'em',
  'ndcg',
  'mrr',
  'iou',
  'dice',
  'mcc',
  'kappa',
  'pass_at_1',
  'throughput',
];

/** Errors that scikit-learn negates, so that more of them is better, such as `neg_mean_squared_error`. */
const NEGATED = [
  'neg_mean_absolute_error',
  'neg_mean_squared_error',
  'neg_root_mean_squared_error',
  'neg_mean_squared_log_error',
  'neg_root_mean_squared_log_error',
  'neg_median_absolute_error',
  'neg_mean_absolute_percentage_error',
  'neg_max_error',
  'neg_mean_poisson_deviance',
  'neg_mean_gamma_deviance',
  'neg_log_loss',
  'neg_brier_score',
  'neg_rmse',
  'neg_mse',
  'neg_mae',
];
/**
 * Words that turn the meaning of a metric around, or make something else of it: how much it changed, how it spreads, where
 * it was cut. Beside these nothing is known, which costs a line in `reports.directions`; a wrong guess costs a wrong verdict.
 */
const UNCLEAR = [
  // The opposite, or of the negative class
  ...['neg', 'negative', 'non', 'not', 'no', 'inv', 'inverse', 'inverted'],
  ...['minus', 'complement', 'reciprocal', 'free', 'false'],
  // A change, or a comparison with something else
  ...['reduction', 'reduced', 'improvement', 'improved', 'gain', 'lift'],
  ...['uplift', 'skill', 'increase', 'decrease', 'drop', 'degradation'],
  ...['decline', 'change', 'delta', 'diff', 'difference'],
  ...['gap', 'disparity', 'drift', 'ratio', 'lost', 'saved'],
  ...['saving', 'savings', 'headroom', 'budget', 'rank'],
  // What belongs to a metric and is none
  ...['std', 'stdev', 'stddev', 'stderr', 'var', 'variance', 'threshold'],
  ...['weight', 'scale', 'penalty', 'target', 'limit', 'attack'],
];
/** An error that is found or mended is a good one. */
const UNCLEAR_ERRORS = [
  ...['detection', 'detected', 'correction', 'corrected', 'recovery'],
  ...['recovered', 'tolerance', 'resilience', 'avoided', 'prevented'],
  ...['explained', 'coverage'],
];

/**
 * Which direction is better for metrics that everybody knows, such as `eval_loss`, `val.accuracy` or `acc_norm`;
 * undefined for all others, for names that say both, and for those with a word that may turn them around.
 */
export function knownDirection(metric: string): boolean | undefined {
  const words = wordsOf(metric);
  const negated = NEGATED.find(name => hasWord(words, [name]));
  return negated === undefined
    ? directionOf(words)
    : turned(words.replace(negated, ''));
}

/** What is left of the name must not turn it around once more. */
function turned(others: string): true | undefined {
  return hasWord(others, [...UNCLEAR, ...UNCLEAR_ERRORS]) ? undefined : true;
}

function directionOf(words: string): boolean | undefined {
  const isLower = hasWord(words, LOWER_IS_BETTER);
  const isUnclear =
    hasWord(words, UNCLEAR) || (isLower && hasWord(words, UNCLEAR_ERRORS));
  return isUnclear || isLower === hasWord(words, HIGHER_IS_BETTER)
    ? undefined
    : !isLower;
}
